/** The files that a container finds where Secrets and ConfigMaps are mounted, and what is in them. */
import { secretsOf } from "./given_secrets.ts";
import { type ManifestObject, ofKind } from "./manifest_object.ts";
import type { Container, PodSpec, Volume, VolumeSource } from "./pod.ts";
import type { PolicyContext } from "./policy.ts";

/** By path. */
export type MountedFiles = ReadonlyMap<string, string>;

export function mountedFiles(
  container: Container,
  pod: PodSpec,
  { objects, context }: { objects: readonly ManifestObject[]; context: PolicyContext },
): MountedFiles {
  const files = new Map<string, string>();
  for (const { name, mountPath = "", subPath } of container.volumeMounts ?? []) {
    const volume = pod.volumes?.find((candidate) => candidate.name === name);
    for (const source of volume ? sourcesOf(volume) : []) {
      for (const [file, text] of Object.entries(filesOf(source, { objects, context }))) {
        if (subPath === undefined) files.set(`${mountPath.replace(/\/$/, "")}/${file}`, text);
        else if (subPath === file) files.set(mountPath, text);
      }
    }
  }
  return files;
}

export interface FileSource {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly source: VolumeSource;
}

/** The Secrets and ConfigMaps of a volume. */
export function sourcesOf({ secret, configMap, projected }: Volume): FileSource[] {
  const all = [...projected?.sources ?? [], {
    ...(secret ? { secret } : {}),
    ...(configMap ? { configMap } : {}),
  }];
  return all.flatMap(({ secret, configMap }): FileSource[] => [
    ...(secret
      ? [{ kind: "Secret" as const, name: secret.name ?? secret.secretName ?? "", source: secret }]
      : []),
    ...(configMap ? [{ kind: "ConfigMap" as const, name: configMap.name ?? "", source: configMap }] : []),
  ]);
}

/** What a Secret or a ConfigMap holds, undefined when nobody brings it. */
export function contentsOf(
  { kind, name }: Pick<FileSource, "kind" | "name">,
  { objects, context }: { objects: readonly ManifestObject[]; context: PolicyContext },
): Readonly<Record<string, string>> | undefined {
  const object = ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
  if (!object) return kind === "Secret" ? secretsOf(objects, context.secrets)[name] : undefined;
  if (kind === "ConfigMap") return object.data ?? {};
  const decoded = Object.entries(object.data ?? {}).map(([key, text]) => [key, atob(text)]);
  return { ...Object.fromEntries(decoded), ...object.stringData };
}

function filesOf(
  file: FileSource,
  given: { objects: readonly ManifestObject[]; context: PolicyContext },
): Record<string, string> {
  const contents = contentsOf(file, given) ?? {};
  if (!file.source.items) return contents;
  return Object.fromEntries(
    file.source.items.flatMap(({ key = "", path = "" }) =>
      key in contents ? [[path, contents[key] ?? ""]] : []
    ),
  );
}
