/** Settings of `deno task verify`. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  logLevel,
  postgresSchema,
  postgresUrl,
  redisPrefix,
  redisUrl,
} from "../../shared/config/settings.ts";

export const verifySettings = {
  /** The report is for people: what connections do is shown only where something is wrong. */
  logLevel: { ...logLevel, fallback: "warn" },
  redisUrl,
  redisPrefix,
  postgresUrl,
  postgresSchema,
};

export type VerifyConfig = ConfigOf<typeof verifySettings>;

export function parseVerifyConfig(environment: Environment) {
  return parseSettings(verifySettings, environment);
}
