/** Settings of `cast export`: Postgres alone. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel } from "../../shared/config/settings.ts";
import { postgresCaFile, postgresSchema, postgresUrl } from "../../shared/config/store_settings.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";

export const exportSettings = {
  logLevel: { ...logLevel, fallback: "warn" },
  postgresUrl,
  postgresSchema,
  postgresCaFile,
};

export type ExportConfig = ConfigOf<typeof exportSettings>;

export function parseExportConfig(environment: Environment) {
  return parseSettings(exportSettings, environment, postgresAccessChecks);
}
