/** Settings of `deno task verify`. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel } from "../../shared/config/settings.ts";
import {
  postgresCaFile,
  postgresSchema,
  postgresUrl,
  redisCaFile,
  redisPrefix,
  redisUrl,
} from "../../shared/config/store_settings.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";
import { redisAccessChecks } from "../../shared/redis/access.ts";

export const verifySettings = {
  /** The report is for people: what connections do is shown only where something is wrong. */
  logLevel: { ...logLevel, fallback: "warn" },
  redisUrl,
  redisPrefix,
  redisCaFile,
  postgresUrl,
  postgresSchema,
  postgresCaFile,
};

export type VerifyConfig = ConfigOf<typeof verifySettings>;

export function parseVerifyConfig(environment: Environment) {
  return parseSettings(verifySettings, environment, [...redisAccessChecks, ...postgresAccessChecks]);
}
