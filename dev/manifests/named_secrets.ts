/** Secrets that objects other than pods name: an Ingress, and what operators make databases and backups of. */
import { type ManifestObject, nameOf, ofKind } from "./manifest_object.ts";

export interface NamedSecret {
  /** Who names it. */
  readonly id: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** With one of these cert-manager makes the certificates that an Ingress names. */
const ISSUERS = ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer"];
/** What CloudNativePG reads of a Secret of a user. */
const LOGIN_KEYS = ["username", "password"];

export function namedSecrets(objects: readonly ManifestObject[]): NamedSecret[] {
  return [
    ...ofKind(objects, "Ingress").flatMap(ingressSecrets),
    ...ofKind(objects, "Cluster").flatMap(clusterSecrets),
    ...ofKind(objects, "ObjectStore").flatMap(storeSecrets),
  ];
}

function ingressSecrets(ingress: ManifestObject): NamedSecret[] {
  if (ISSUERS.some((issuer) => issuer in (ingress.metadata.annotations ?? {}))) return [];
  const { tls = [] } = (ingress.spec ?? {}) as { tls?: readonly { secretName?: string }[] };
  return tls.map(({ secretName = "" }) => ({
    id: nameOf(ingress),
    name: secretName,
    keys: ["tls.crt", "tls.key"],
  }));
}

interface ClusterSpec {
  readonly bootstrap?: { readonly initdb?: { readonly secret?: { readonly name?: string } } };
  readonly managed?: { readonly roles?: readonly { readonly passwordSecret?: { readonly name?: string } }[] };
}

function clusterSecrets(cluster: ManifestObject): NamedSecret[] {
  const { bootstrap, managed } = (cluster.spec ?? {}) as ClusterSpec;
  const secrets = [
    bootstrap?.initdb?.secret,
    ...(managed?.roles ?? []).map(({ passwordSecret }) => passwordSecret),
  ];
  return secrets.filter((secret) => secret !== undefined).map(({ name = "" }) => ({
    id: nameOf(cluster),
    name,
    keys: LOGIN_KEYS,
  }));
}

interface StoreSpec {
  readonly configuration?: {
    readonly s3Credentials?: Readonly<
      Record<string, { readonly name?: string; readonly key?: string } | boolean>
    >;
  };
}

function storeSecrets(store: ManifestObject): NamedSecret[] {
  const { configuration } = (store.spec ?? {}) as StoreSpec;
  return Object.values(configuration?.s3Credentials ?? {}).flatMap((secret) =>
    typeof secret === "object"
      ? [{ id: nameOf(store), name: secret.name ?? "", keys: [secret.key ?? ""] }]
      : []
  );
}
