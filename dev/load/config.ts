/** Settings of `deno task load` against a system that runs: the store it reads, and where the API is when none is named. */
import { devStores } from "../../shared/config/dev_stores.ts";
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { apiPort, logLevel } from "../../shared/config/settings.ts";
import { postgresCaFile, postgresSchema, postgresUrl } from "../../shared/config/store_settings.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";

export const loadSettings = {
  logLevel: { ...logLevel, fallback: "warn" },
  postgresUrl,
  postgresSchema,
  postgresCaFile,
  apiPort,
};

export type LoadConfig = ConfigOf<typeof loadSettings>;

/** What the environment names, or the stores of a running `deno task dev`. */
export function parseLoadConfig(environment: Environment) {
  return parseSettings(loadSettings, devStores(loadSettings, environment).environment, postgresAccessChecks);
}
