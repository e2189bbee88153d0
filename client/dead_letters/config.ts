/** Settings of the dead letters' command. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  kafkaBrokers,
  kafkaTopic,
  logLevel,
  postgresSchema,
  postgresUrl,
} from "../../shared/config/settings.ts";

export const deadLettersSettings = { logLevel, kafkaBrokers, kafkaTopic, postgresUrl, postgresSchema };

export type DeadLettersConfig = ConfigOf<typeof deadLettersSettings>;

export function parseDeadLettersConfig(environment: Environment) {
  return parseSettings(deadLettersSettings, environment);
}
