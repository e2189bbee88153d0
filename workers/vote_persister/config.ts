/** Settings of the vote persister. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  kafkaBrokers,
  kafkaReplicas,
  kafkaTopic,
  logLevel,
  opsPort,
  postgresSchema,
  postgresUrl,
  redisPrefix,
  redisUrl,
  requestLifeMs,
} from "../../shared/config/settings.ts";

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
};

export type PersisterConfig = ConfigOf<typeof persisterSettings>;

export function parsePersisterConfig(environment: Environment) {
  return parseSettings(persisterSettings, environment);
}
