/** Settings of `deno task poll`: Postgres alone, from where the guard brings every change to Redis. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel } from "../../shared/config/settings.ts";
import { postgresCaFile, postgresSchema, postgresUrl } from "../../shared/config/store_settings.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";

export const pollSettings = {
  /** The outcome is for people: what connections do is shown only where something is wrong. */
  logLevel: { ...logLevel, fallback: "warn" },
  postgresUrl,
  postgresSchema,
  postgresCaFile,
};

export type PollConfig = ConfigOf<typeof pollSettings>;

export function parsePollConfig(environment: Environment) {
  return parseSettings(pollSettings, environment, postgresAccessChecks);
}
