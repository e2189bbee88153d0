/** Settings of the vote persister. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  candidatesFile,
  logLevel,
  opsPort,
  requestLifeMs,
  voterVotesMax,
  voterWindowMs,
} from "../../shared/config/settings.ts";
import {
  kafkaBrokers,
  kafkaCaFile,
  kafkaPassword,
  kafkaReplicas,
  kafkaSasl,
  kafkaTls,
  kafkaTopic,
  kafkaUsername,
  postgresCaFile,
  postgresSchema,
  postgresUrl,
  redisCaFile,
  redisPrefix,
  redisUrl,
} from "../../shared/config/store_settings.ts";
import { kafkaAccessChecks } from "../../shared/kafka/access.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";
import { redisAccessChecks } from "../../shared/redis/access.ts";

export const persisterSettings = {
  opsPort: opsPort(8084),
  logLevel,
  redisUrl,
  redisPrefix,
  kafkaBrokers,
  kafkaTopic,
  kafkaReplicas,
  postgresUrl,
  postgresSchema,
  requestLifeMs,
  redisCaFile,
  kafkaTls,
  kafkaCaFile,
  kafkaSasl,
  kafkaUsername,
  kafkaPassword,
  postgresCaFile,
  candidatesFile,
  voterVotesMax,
  voterWindowMs,
};

export type PersisterConfig = ConfigOf<typeof persisterSettings>;

const CHECKS = [...redisAccessChecks, ...kafkaAccessChecks, ...postgresAccessChecks];

export function parsePersisterConfig(environment: Environment) {
  return parseSettings(persisterSettings, environment, CHECKS);
}
