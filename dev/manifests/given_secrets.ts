/**
 * Secrets are in no manifest. Here is who brings each, and an example of what it holds, with the addresses that stand in
 * the real one: whom a program may connect to is read from them.
 */
import { POSTGRES_ROLES } from "../../shared/postgres/roles.ts";
import { REDIS_USERS } from "../../shared/redis/acl.ts";
import { programSecrets } from "../cluster/secrets.ts";
import { type ManifestObject, ofKind } from "./manifest_object.ts";

/** By the name of the Secret: the keys, and what each holds. */
export type SecretContents = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface OverlaySecrets {
  /** Put into the cluster before the manifests are. */
  readonly given: SecretContents;
  /** Fetched from a vault, each by the ExternalSecret of its name. */
  readonly external: SecretContents;
}

const NO_SECRETS: OverlaySecrets = { given: {}, external: {} };

/** Bytes that pass for random ones. */
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index).toBase64();
const LOGIN = { username: "example", password: "example" };

/** What the stores know, and what the programs are told of it where `deno task deploy` makes the secrets. */
function deployedSecrets(): SecretContents {
  const redis = examples(
    REDIS_USERS.filter(({ withoutPassword }) => !withoutPassword).map(({ name }) => name),
  );
  const postgres = examples(["postgres", "cast_owner", ...POSTGRES_ROLES]);
  return {
    "ticket-keys": { ticket_keys: `k1:${KEY}` },
    "redis-users": redis,
    "postgres-users": postgres,
    ...programSecrets({ redis, postgres }),
  };
}

function examples(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, "example"]));
}

/** The same, of a Redis with TLS and of a Postgres that CloudNativePG runs, which knows its users by Secrets of its own. */
function vaultSecrets(): SecretContents {
  const { "postgres-users": _, ...secrets } = deployedSecrets();
  return {
    ...Object.fromEntries(
      Object.entries(secrets).map(([name, contents]) => [name, mapValues(contents, elsewhere)]),
    ),
    ...Object.fromEntries(
      ["owner", "persister", "operator", "reader"].map((role) => [`postgres-${role}`, LOGIN]),
    ),
    "postgres-backup": { access_key_id: "example", secret_access_key: "example" },
  };
}

function elsewhere(text: string): string {
  return text.replace(/^redis:/, "rediss:").replace("@postgres:", "@postgres-rw:");
}

function mapValues(
  contents: Readonly<Record<string, string>>,
  map: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).map(([key, text]) => [key, map(text)]));
}

/** By overlay. One that is not here has no secrets. */
const SECRETS: Readonly<Record<string, OverlaySecrets>> = {
  local: { given: deployedSecrets(), external: {} },
  production: { given: {}, external: vaultSecrets() },
};

export function overlaySecrets(overlay: string): OverlaySecrets {
  // An optional component stands behind a plus.
  return SECRETS[overlay.split("+")[0] ?? ""] ?? NO_SECRETS;
}

/** Every Secret that will be there: given, fetched by an ExternalSecret, or made by an operator of a custom object. */
export function secretsOf(
  objects: readonly ManifestObject[],
  { given, external }: OverlaySecrets,
): SecretContents {
  const named = (kind: string) => ofKind(objects, kind).map(({ metadata }) => metadata.name);
  const fetched = ofKind(objects, "ExternalSecret").map(({ metadata, spec }) =>
    (spec as { target?: { name?: string } } | undefined)?.target?.name ?? metadata.name
  );
  const certificates = ofKind(objects, "Certificate").map(({ spec }) =>
    (spec as { secretName?: string } | undefined)?.secretName ?? ""
  );
  const pem = "-----BEGIN CERTIFICATE-----";
  return {
    ...given,
    ...Object.fromEntries(fetched.flatMap((name) => external[name] ? [[name, external[name]]] : [])),
    ...Object.fromEntries(named("KafkaUser").map((name) => [name, { password: "example" }])),
    ...Object.fromEntries(named("Kafka").map((name) => [`${name}-cluster-ca-cert`, { "ca.crt": pem }])),
    ...Object.fromEntries(named("Cluster").map((name) => [`${name}-ca`, { "ca.crt": pem }])),
    ...Object.fromEntries(
      certificates.map((name) => [name, { "tls.crt": pem, "tls.key": pem, "ca.crt": pem }]),
    ),
  };
}
