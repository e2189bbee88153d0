/** Settings of the ticket rotator. */
import { type Check, type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  logLevel,
  opsPort,
  ticketIntervalMs,
  ticketKeys,
  ticketLifetimeMs,
  ticketUses,
} from "../../shared/config/settings.ts";
import { redisCaFile, redisPrefix, redisUrl } from "../../shared/config/store_settings.ts";
import { redisAccessChecks } from "../../shared/redis/access.ts";

export const rotatorSettings = {
  opsPort: opsPort(8082),
  logLevel,
  redisUrl,
  redisPrefix,
  ticketKeys,
  ticketLifetimeMs,
  ticketIntervalMs,
  ticketUses,
  redisCaFile,
};

export type RotatorConfig = ConfigOf<typeof rotatorSettings>;

/** Between the death of one ticket and the opening of the next nobody could vote. */
const lifetimeCoversInterval: Check<RotatorConfig> = ({ ticketLifetimeMs, ticketIntervalMs }) =>
  ticketLifetimeMs >= ticketIntervalMs
    ? undefined
    : `Raise CAST_TICKET_LIFETIME_MS to CAST_TICKET_INTERVAL_MS or more: got ${ticketLifetimeMs}, wanted ${ticketIntervalMs}`;

export function parseRotatorConfig(environment: Environment) {
  return parseSettings(rotatorSettings, environment, [lifetimeCoversInterval, ...redisAccessChecks]);
}
