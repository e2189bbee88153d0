/**
 * The secrets of the local overlay: random, made once in the cluster, kept ever after, and nowhere else.
 *
 * Passwords lie in two Secrets that the stores alone mount. What each program mounts is written from them anew at every
 * deployment, so the two cannot come apart. Whoever changes a password there has the programs follow by deploying again.
 */
import { POSTGRES_ROLES } from "../../shared/postgres/roles.ts";
import { REDIS_USERS } from "../../shared/redis/acl.ts";
import type { Kubectl } from "./kubectl.ts";

export type SecretContent = Readonly<Record<string, string>>;

const KEY_BYTES = 32;
const REDIS_LOGINS = REDIS_USERS.filter(({ withoutPassword }) => !withoutPassword).map(({ name }) => name);
const POSTGRES_LOGINS = ["postgres", "cast_owner", ...POSTGRES_ROLES];

/** Makes what is missing. */
export async function ensureSecrets(kubectl: Kubectl): Promise<void> {
  const ticketKeys = { ticket_keys: () => `k1:${random().toBase64()}` };
  const [redis, postgres] = await Promise.all([
    ensure(kubectl, { name: "redis-users", makers: passwordsOf(REDIS_LOGINS) }),
    ensure(kubectl, { name: "postgres-users", makers: passwordsOf(POSTGRES_LOGINS) }),
    ensure(kubectl, { name: "ticket-keys", makers: ticketKeys }),
  ]);
  for (const [name, content] of Object.entries(programSecrets({ redis, postgres }))) {
    await kubectl.applySecret(name, content);
  }
}

/** What each program is given: the addresses that it connects to, as the user that it is there. */
export function programSecrets(
  { redis, postgres }: { redis: SecretContent; postgres: SecretContent },
): Record<string, SecretContent> {
  const redisUrl = (user: string) => `redis://${user}:${passwordOf(redis, user)}@redis:6379`;
  const postgresUrl = (user: string) => `postgres://${user}:${passwordOf(postgres, user)}@postgres:5432/cast`;
  return {
    "api-stores": { redis_url: redisUrl("cast-api") },
    "ticket-rotator-stores": { redis_url: redisUrl("cast-ticket-rotator") },
    "outbox-relay-stores": { redis_url: redisUrl("cast-outbox-relay") },
    "vote-persister-stores": {
      redis_url: redisUrl("cast-vote-persister"),
      postgres_url: postgresUrl("cast_persister"),
    },
    "operator-stores": {
      redis_url: redisUrl("cast-operator"),
      postgres_url: postgresUrl("cast_operator"),
    },
    "owner-stores": { postgres_url: postgresUrl("cast_owner") },
  };
}

/** While one password takes the place of another, Redis knows both, one a line: the first is for the programs. */
function passwordOf(passwords: SecretContent, user: string): string {
  const password = passwords[user]?.split(/\r?\n/).find((line) => line !== "");
  if (!password) throw new Error(`Read the password of ${user}: there is none`);
  return encodeURIComponent(password);
}

async function ensure(
  kubectl: Kubectl,
  { name, makers }: { name: string; makers: Record<string, () => string> },
): Promise<SecretContent> {
  const [there] = await kubectl.list<{ data?: Record<string, string> }>(["secret", name]);
  const known = Object.fromEntries(
    Object.entries(there?.data ?? {}).map(([key, value]) => [key, decode(value)]),
  );
  const missing = Object.entries(makers).filter(([key]) => known[key] === undefined);
  if (missing.length === 0) return known;
  const content = { ...known, ...Object.fromEntries(missing.map(([key, make]) => [key, make()])) };
  await kubectl.applySecret(name, content);
  return content;
}

function passwordsOf(users: readonly string[]): Record<string, () => string> {
  return Object.fromEntries(users.map((user) => [user, () => random().toHex()]));
}

function random(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

function decode(base64: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}
