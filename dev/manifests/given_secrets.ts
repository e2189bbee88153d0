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

/** Bytes that pass for random ones. */
const BYTES = Uint8Array.from({ length: 32 }, (_, index) => index);
const KEY = BYTES.toBase64();
const PUBLIC_KEY = BYTES.toBase64({ alphabet: "base64url", omitPadding: true });
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

/** Those that an optional component wants, and says how they are made. */
const OPTIONAL_SECRETS: SecretContents = {
  "voter-keys": {
    voter_jwks: JSON.stringify({ keys: [{ kty: "OKP", kid: "example", crv: "Ed25519", x: PUBLIC_KEY }] }),
    voter_jwks_url: "https://login.example.com/keys",
  },
};

/** The one overlay that `deno task deploy` makes secrets for. */
const DEPLOYED_OVERLAY = "local";

/** An overlay that fetches some of its secrets fetches all; whoever makes them by hand makes the same. */
export function overlaySecrets(overlay: string, objects: readonly ManifestObject[]): OverlaySecrets {
  if (overlay === DEPLOYED_OVERLAY) {
    return { given: { ...deployedSecrets(), ...OPTIONAL_SECRETS }, external: {} };
  }
  const isFetched = ofKind(objects, "ExternalSecret").length > 0;
  return isFetched
    ? { given: OPTIONAL_SECRETS, external: vaultSecrets() }
    : { given: { ...vaultSecrets(), ...OPTIONAL_SECRETS }, external: {} };
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
