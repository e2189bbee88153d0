/**
 * Every setting of CAST, once: names, meanings, bounds and fallbacks. Each program's `config.ts` picks those it reads.
 */
import { CLOCK_STEP_BACK_MS_MAX } from "../ticket/clock.ts";
import { parseKeyRing } from "../ticket/key_ring.ts";
import { parseVoterKeys } from "../voter/voter_keys.ts";
import {
  brokersSetting,
  choiceSetting,
  fileSetting,
  integerSetting,
  listenPortSetting,
  optionalSetting,
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

export const graphqlTools = choiceSetting({
  name: "CAST_GRAPHQL_TOOLS",
  meaning: "for developers, on or off: introspection, GraphiQL, suggestions of fields in errors",
  fallback: "off",
  choices: ["off", "on"],
});

export const apiRequestsMax = integerSetting({
  name: "CAST_API_REQUESTS_MAX",
  meaning: "requests under way before further ones are answered 503",
  fallback: "5000",
  min: 1,
  max: 1_000_000,
});

export const apiDrainMs = integerSetting({
  name: "CAST_API_DRAIN_MS",
  meaning:
    "how long the API goes on answering after SIGTERM, not ready, until balancers send it nothing more",
  fallback: "0",
  min: 0,
  max: 60_000,
});

export const candidatesFile = optionalSetting(fileSetting({
  name: "CAST_CANDIDATES_FILE",
  meaning: "the names that may be voted for, one a line; absent: any name",
}));

export const candidatesMax = integerSetting({
  name: "CAST_CANDIDATES_MAX",
  meaning: "names that have votes before a vote for a new one is refused with CANDIDATE_UNKNOWN",
  fallback: "1000000",
  min: 1,
  max: 100_000_000,
});

export const voterVotesMax = integerSetting({
  name: "CAST_VOTER_VOTES_MAX",
  meaning: "votes that one voter may cast in a window before VOTER_LIMIT; 0 is no limit",
  fallback: "0",
  min: 0,
  max: 1_000_000,
});

export const voterWindowMs = integerSetting({
  name: "CAST_VOTER_WINDOW_MS",
  meaning: "how long a voter's votes are counted, from the first of them",
  fallback: "3600000",
  min: 1000,
  max: 2_592_000_000,
});

export const voterJwks = optionalSetting(secretSetting({
  name: "CAST_VOTER_JWKS",
  meaning: "keys of the voters' tokens, a JSON Web Key Set; absent, with no URL either: voters need no token",
  parse: parseVoterKeys,
}));

export const voterJwksUrl = optionalSetting(urlSetting({
  name: "CAST_VOTER_JWKS_URL",
  meaning: "where to fetch the keys of the voters' tokens, https://…; http://… from this machine alone",
  protocols: ["https:", "http:"],
}));

export const voterIssuer = optionalSetting(textSetting({
  name: "CAST_VOTER_ISSUER",
  meaning: "issuer that a voter's token must name",
  pattern: /^\S{1,256}$/,
  wanted: "1 to 256 characters without spaces",
}));

export const voterAudience = optionalSetting(textSetting({
  name: "CAST_VOTER_AUDIENCE",
  meaning: "audience that a voter's token must name",
  pattern: /^\S{1,256}$/,
  wanted: "1 to 256 characters without spaces",
}));

export const redisCaFile = optionalSetting(fileSetting({
  name: "CAST_REDIS_CA_FILE",
  meaning: "certificates, PEM, that a Redis at rediss:// is trusted by, in the place of the system's",
}));

export const kafkaTls = choiceSetting({
  name: "CAST_KAFKA_TLS",
  meaning: "whether Kafka is spoken to over TLS, on or off",
  fallback: "off",
  choices: ["off", "on"],
});

export const kafkaCaFile = optionalSetting(fileSetting({
  name: "CAST_KAFKA_CA_FILE",
  meaning: "certificates, PEM, that Kafka is trusted by over TLS, in the place of the system's",
}));

export const kafkaSasl = choiceSetting({
  name: "CAST_KAFKA_SASL",
  meaning: "how the program logs in to Kafka: none, scram-sha-256, scram-sha-512, or plain over TLS",
  fallback: "none",
  choices: ["none", "scram-sha-256", "scram-sha-512", "plain"],
});

export const kafkaUsername = optionalSetting(textSetting({
  name: "CAST_KAFKA_USERNAME",
  meaning: "whom the program logs in to Kafka as",
  pattern: /^\S{1,256}$/,
  wanted: "1 to 256 characters without spaces",
}));

export const kafkaPassword = optionalSetting(secretSetting({
  name: "CAST_KAFKA_PASSWORD",
  meaning: "password of CAST_KAFKA_USERNAME",
  parse: (text) => text,
}));

export const postgresCaFile = optionalSetting(fileSetting({
  name: "CAST_POSTGRES_CA_FILE",
  meaning:
    "certificates, PEM, that Postgres must be trusted by: with it TLS is on and the host's name is checked",
}));
