/** A whole CAST on secure stores: every program over TLS, each under a user of its own that may do what it does. */
import { createHash } from "node:crypto";
import { deadLettersSettings } from "../../../client/dead_letters/config.ts";
import { prepareSettings } from "../../../client/prepare/config.ts";
import { pollSettings } from "../../../client/poll/config.ts";
import { verifySettings } from "../../../client/verify/config.ts";
import type { Settings } from "../../../shared/config/parse.ts";
import { permissionFlags } from "../../../shared/config/permissions.ts";
import { createKafkaClient } from "../../../shared/kafka/client.ts";
import { createPostgresPool } from "../../../shared/postgres/pool.ts";
import { REDIS_USERS, userRules } from "../../../shared/redis/acl.ts";
import { createRedisClient } from "../../../shared/redis/client.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { type ProgramName, type RunningProgram, startProgram } from "../running_program.ts";
import { readKafkaRights } from "./kafka_rights.ts";
import type { SecureStores } from "./secure_stores.ts";

const ROOT = new URL("../../../", import.meta.url);
const PREFIX = "secure";
const SCHEMA = "secure";
const REDIS_PASSWORD = "a Redis password of 30 letters";
const POSTGRES_PASSWORD = "a Postgres password of 33 letters";
/** What none of it may show up in. */
export const PASSWORDS = [REDIS_PASSWORD, POSTGRES_PASSWORD];

/** Its name is the same at Kafka. */
const REDIS_USER: Readonly<Record<ProgramName, string>> = {
  api: "cast-api",
  ticket_rotator: "cast-ticket-rotator",
  outbox_relay: "cast-outbox-relay",
  vote_persister: "cast-vote-persister",
};

export type Command = "prepare" | "dead_letters" | "verify" | "poll";
const COMMANDS: Readonly<Record<Command, Settings>> = {
  prepare: prepareSettings,
  dead_letters: deadLettersSettings,
  verify: verifySettings,
  poll: pollSettings,
};

export interface CommandResult {
  readonly code: number;
  /** Standard output and standard error. */
  readonly text: string;
}

export interface SecureSystem {
  start(name: ProgramName): RunningProgram;
  run(command: Command, args: readonly string[]): Promise<CommandResult>;
}

/** As an administrator does before the first start: users of Redis, rights in Kafka, roles of Postgres with passwords. */
export async function admitUsers(stores: SecureStores): Promise<void> {
  const log = createSilentLogger();
  const redis = createRedisClient({ url: stores.plainRedis, log });
  try {
    await redis.whenConnected(AbortSignal.timeout(10_000));
    const passwords = [createHash("sha256").update(REDIS_PASSWORD).digest("hex")];
    for (const user of REDIS_USERS) {
      await redis.redis.call("ACL", "SETUSER", user.name, ...userRules(user, { prefix: PREFIX, passwords }));
    }
    await redis.redis.call("ACL", "SETUSER", "default", "reset", "off");
  } finally {
    await redis.close();
  }
  const admin = createKafkaClient({
    brokers: [`127.0.0.1:${stores.kafka.plainPort}`],
    clientId: "test",
    log,
  }).admin();
  try {
    await admin.connect();
    await admin.createAcls({ acl: await readKafkaRights() });
  } finally {
    await admin.disconnect();
  }
  const { postgres: url, caFile } = stores;
  const pool = createPostgresPool({ url, caFile, schema: SCHEMA, connectionsMax: 1, log });
  try {
    for (const role of ["cast_owner", "cast_persister", "cast_operator", "cast_reader"]) {
      await pool.query(`create role ${role} login password '${POSTGRES_PASSWORD}'`);
    }
    await pool.query(`create schema ${SCHEMA} authorization cast_owner`);
  } finally {
    await pool.end();
  }
}

export function createSecureSystem(stores: SecureStores): SecureSystem {
  const { kafka, caFile } = stores;
  const redisUrl = (user: string) => withLogin(stores.redis, { user, password: REDIS_PASSWORD });
  const postgresUrl = (user: string) => withLogin(stores.postgres, { user, password: POSTGRES_PASSWORD });
  const common = {
    CAST_REDIS_PREFIX: PREFIX,
    CAST_REDIS_CA_FILE: caFile,
    CAST_KAFKA_BROKERS: `localhost:${kafka.port}`,
    // That of the manifests, whose rights are for it.
    CAST_KAFKA_TOPIC: "cast.votes",
    CAST_KAFKA_TLS: "on",
    CAST_KAFKA_CA_FILE: caFile,
    CAST_KAFKA_SASL: "scram-sha-512",
    CAST_KAFKA_PASSWORD: kafka.password,
    CAST_POSTGRES_SCHEMA: SCHEMA,
    CAST_POSTGRES_CA_FILE: caFile,
    CAST_TICKET_KEYS: `test:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
  };
  return {
    start: (name) =>
      startProgram(name, {
        ...common,
        CAST_REDIS_URL: redisUrl(REDIS_USER[name]),
        CAST_KAFKA_USERNAME: REDIS_USER[name],
        CAST_POSTGRES_URL: postgresUrl("cast_persister"),
      }),
    run: (command, args) =>
      runCommand(command, {
        args,
        environment: {
          ...common,
          CAST_REDIS_URL: redisUrl("cast-operator"),
          CAST_KAFKA_USERNAME: command === "prepare" ? kafka.username : "cast-operator",
          CAST_POSTGRES_URL: postgresUrl(command === "prepare" ? "cast_owner" : "cast_operator"),
        },
      }),
  };
}

async function runCommand(
  command: Command,
  { args, environment }: { args: readonly string[]; environment: Record<string, string> },
): Promise<CommandResult> {
  const flags = permissionFlags(COMMANDS[command], environment);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--quiet", ...flags, `client/${command}/main.ts`, ...args],
    cwd: ROOT,
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  return { code, text };
}

function withLogin(url: URL, { user, password }: { user: string; password: string }): string {
  const own = new URL(url);
  [own.username, own.password] = [user, password];
  return own.href;
}
