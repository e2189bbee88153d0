/**
 * What a rendered manifest is to the policies: an object of Kubernetes, of which they read a part. Nothing is taken for
 * granted, since the policies judge manifests that are wrong, too.
 */
import { parseAllDocuments } from "yaml";

export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export type Labels = Readonly<Record<string, string>>;

/** Reads a stream of YAML documents; throws on what is not one object of Kubernetes each. */
export function parseManifests(text: string): ManifestObject[] {
  return parseAllDocuments(text).map((document): ManifestObject => {
    if (document.errors[0]) throw document.errors[0];
    const object: ManifestObject | null = document.toJS();
    if (!object?.apiVersion || !object.kind || !object.metadata?.name) {
      throw new Error(
        `Read a manifest: it lacks apiVersion, kind or name, ${JSON.stringify(object)?.slice(0, 80)}`,
      );
    }
    return object;
  });
}

/** `Deployment/api`: unique within an overlay, as all of it lies in one namespace or in none. */
export function nameOf(object: ManifestObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

export function ofKind(objects: readonly ManifestObject[], ...kinds: readonly string[]): ManifestObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind));
}
