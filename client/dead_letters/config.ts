/** Settings of the dead letters' command. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel } from "../../shared/config/settings.ts";
import {
  kafkaTopic,
  postgresCaFile,
  postgresSchema,
  postgresUrl,
} from "../../shared/config/store_settings.ts";
import { kafkaAccessChecks, kafkaAccessSettings } from "../../shared/kafka/access.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";

export const deadLettersSettings = {
  logLevel,
  ...kafkaAccessSettings,
  kafkaTopic,
  postgresUrl,
  postgresSchema,
  postgresCaFile,
};

export type DeadLettersConfig = ConfigOf<typeof deadLettersSettings>;

export function parseDeadLettersConfig(environment: Environment) {
  return parseSettings(deadLettersSettings, environment, [...kafkaAccessChecks, ...postgresAccessChecks]);
}
