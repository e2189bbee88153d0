/** Settings of the API: as a program with ports of its own, and on an edge host, which brings its own listener. */
import { type Check, type ConfigOf, type Environment, parseSettings } from "../shared/config/parse.ts";
import {
  apiPort,
  logLevel,
  opsPort,
  outboxMax,
  redisPrefix,
  redisUrl,
  requestLifeMs,
  ticketKeys,
  voteCountMax,
} from "../shared/config/settings.ts";

export const edgeSettings = {
  logLevel,
  redisUrl,
  redisPrefix,
  ticketKeys,
  outboxMax,
  requestLifeMs,
  voteCountMax,
};

export const apiSettings = { apiPort, opsPort: opsPort(8081), ...edgeSettings };

export type EdgeConfig = ConfigOf<typeof edgeSettings>;
export type ApiConfig = ConfigOf<typeof apiSettings>;

/** Two listeners cannot share a port, unless the system chooses both. */
const portsDiffer: Check<ApiConfig> = ({ apiPort, opsPort }) =>
  apiPort !== opsPort || apiPort === 0
    ? undefined
    : `Set CAST_API_PORT and CAST_OPS_PORT to different ports: got ${apiPort} for both`;

export function parseApiConfig(environment: Environment) {
  return parseSettings(apiSettings, environment, [portsDiffer]);
}

export function parseEdgeConfig(environment: Environment) {
  return parseSettings(edgeSettings, environment);
}
