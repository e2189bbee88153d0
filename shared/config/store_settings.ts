/** The settings of the stores: where each is, and how it is spoken to. */
import {
  brokersSetting,
  choiceSetting,
  fileSetting,
  integerSetting,
  optionalSetting,
  secretSetting,
  textSetting,
  urlSetting,
} from "./setting.ts";

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

export const redisCaFile = optionalSetting(fileSetting({
  name: "CAST_REDIS_CA_FILE",
  meaning: "certificates, PEM, that a Redis at rediss:// is trusted by, in the place of the system's",
}));

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

export const postgresCaFile = optionalSetting(fileSetting({
  name: "CAST_POSTGRES_CA_FILE",
  meaning:
    "certificates, PEM, that Postgres must be trusted by: with it TLS is on and the host's name is checked",
}));
