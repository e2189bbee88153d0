/**
 * Every setting of CAST, once: names, meanings, bounds and fallbacks. Each program's `config.ts` picks those it reads.
 */
import { CLOCK_STEP_BACK_MS_MAX } from "../ticket/clock.ts";
import { parseKeyRing } from "../ticket/key_ring.ts";
import {
  brokersSetting,
  choiceSetting,
  integerSetting,
  listenPortSetting,
  secretSetting,
  textSetting,
  urlSetting,
} from "./setting.ts";

export const apiPort = listenPortSetting({
  name: "CAST_API_PORT",
  meaning: "port of GraphQL over HTTP",
  fallback: "8000",
});

/** The operations port differs by program, so that all four run side by side on one machine. */
export function opsPort(fallback: number) {
  return listenPortSetting({
    name: "CAST_OPS_PORT",
    meaning: "port of /livez, /readyz and /metrics",
    fallback: String(fallback),
  });
}

export const logLevel = choiceSetting({
  name: "CAST_LOG_LEVEL",
  meaning: "least level that is logged: debug, info, warn or error",
  fallback: "info",
  choices: ["debug", "info", "warn", "error"],
});

export const redisUrl = urlSetting({
  name: "CAST_REDIS_URL",
  meaning: "address of Redis, redis://[user:password@]host:port[/db] or rediss://…",
  protocols: ["redis:", "rediss:"],
  path: { pattern: /^(\/\d*)?$/, wanted: "no path, or the number of a database" },
});

export const redisPrefix = textSetting({
  name: "CAST_REDIS_PREFIX",
  meaning: "what every Redis key begins with",
  fallback: "cast",
  pattern: /^[A-Za-z0-9_.-]{1,64}$/,
  wanted: "1 to 64 letters, digits, _ . or -",
});

export const kafkaBrokers = brokersSetting({
  name: "CAST_KAFKA_BROKERS",
  meaning: "every advertised address of Kafka, host:port[,host:port…]; the program may connect to no other",
});

export const kafkaTopic = textSetting({
  name: "CAST_KAFKA_TOPIC",
  meaning: "topic of the votes; dead letters go to <topic>.dead",
  fallback: "cast.votes",
  pattern: /^[A-Za-z0-9_.-]{1,200}$/,
  wanted: "1 to 200 letters, digits, _ . or -",
});

export const kafkaReplicas = integerSetting({
  name: "CAST_KAFKA_REPLICAS",
  meaning: "copies of each partition when the topics are created: 3 in production, with two in sync at least",
  fallback: "1",
  min: 1,
  max: 9,
});

export const postgresUrl = urlSetting({
  name: "CAST_POSTGRES_URL",
  meaning: "address of Postgres, postgres://user:password@host:port/database",
  protocols: ["postgres:", "postgresql:"],
  path: { pattern: /^\/[^/]+$/, wanted: "the name of a database as the path" },
});

export const postgresSchema = textSetting({
  name: "CAST_POSTGRES_SCHEMA",
  meaning: "schema of the tables; made when it is absent",
  fallback: "public",
  pattern: /^[a-z_][a-z0-9_]{0,62}$/,
  wanted: "1 to 63 small letters, digits or _",
});

export const ticketKeys = secretSetting({
  name: "CAST_TICKET_KEYS",
  meaning:
    "key ring of the tickets, kid:base64[,kid:base64…]; the first signs, all verify; 32 bytes or more each",
  parse: parseKeyRing,
});

export const ticketLifetimeMs = integerSetting({
  name: "CAST_TICKET_LIFETIME_MS",
  meaning: "how long a ticket lives",
  fallback: "2000",
  min: 100,
  max: 3_600_000,
});

export const ticketIntervalMs = integerSetting({
  name: "CAST_TICKET_INTERVAL_MS",
  meaning: "how often a new ticket opens",
  fallback: "1000",
  min: 50,
  max: CLOCK_STEP_BACK_MS_MAX,
});

export const ticketUses = integerSetting({
  name: "CAST_TICKET_USES",
  meaning: "votes that one ticket admits",
  fallback: "100",
  min: 1,
  max: 1_000_000_000,
});

export const outboxMax = integerSetting({
  name: "CAST_OUTBOX_MAX",
  meaning: "votes that wait for Kafka before further ones are refused with OVERLOADED",
  fallback: "1000000",
  min: 1,
  max: 1_000_000_000,
});

export const requestLifeMs = integerSetting({
  name: "CAST_REQUEST_LIFE_MS",
  meaning: "how long the requestId of an accepted vote is remembered; repeat within half of it",
  fallback: "120000",
  min: 1000,
  max: 86_400_000,
});

export const voteCountMax = integerSetting({
  name: "CAST_VOTE_COUNT_MAX",
  meaning: "votes for one name in one call",
  fallback: "100",
  min: 1,
  max: 2_147_483_647,
});
