/** Settings of `deno task prepare`. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel } from "../../shared/config/settings.ts";
import {
  kafkaReplicas,
  kafkaTopic,
  postgresCaFile,
  postgresSchema,
  postgresUrl,
} from "../../shared/config/store_settings.ts";
import { kafkaAccessChecks, kafkaAccessSettings } from "../../shared/kafka/access.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";

export const prepareSettings = {
  logLevel,
  postgresUrl,
  postgresSchema,
  postgresCaFile,
  ...kafkaAccessSettings,
  kafkaTopic,
  kafkaReplicas,
};

export type PrepareConfig = ConfigOf<typeof prepareSettings>;

export function parsePrepareConfig(environment: Environment) {
  return parseSettings(prepareSettings, environment, [...kafkaAccessChecks, ...postgresAccessChecks]);
}
