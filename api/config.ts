/** Settings of the API: as a program with ports of its own, and on an edge host, which brings its own listener. */
import { type Check, type ConfigOf, type Environment, parseSettings } from "../shared/config/parse.ts";
import {
  apiDrainMs,
  apiPort,
  apiRequestsMax,
  candidatesMax,
  graphqlTools,
  liveViewersMax,
  liveViewersPerAddressMax,
  logLevel,
  opsPort,
  outboxMax,
  proxyHops,
  requestLifeMs,
  ticketKeys,
  voteCountMax,
  voterAudience,
  voterIssuer,
  voterJwks,
  voterJwksUrl,
  voterVotesMax,
  voterWindowMs,
  web,
} from "../shared/config/settings.ts";
import { redisCaFile, redisPrefix, redisUrl } from "../shared/config/store_settings.ts";
import { redisAccessChecks } from "../shared/redis/access.ts";
import { voterChecks } from "./voter/voter_checks.ts";

export const edgeSettings = {
  logLevel,
  redisUrl,
  redisPrefix,
  ticketKeys,
  outboxMax,
  requestLifeMs,
  voteCountMax,
  redisCaFile,
  candidatesMax,
  voterVotesMax,
  voterWindowMs,
  voterJwks,
  voterJwksUrl,
  voterIssuer,
  voterAudience,
  graphqlTools,
  web,
  apiRequestsMax,
  liveViewersMax,
};

export const apiSettings = {
  apiPort,
  opsPort: opsPort(8081),
  apiDrainMs,
  ...edgeSettings,
  liveViewersPerAddressMax,
  proxyHops,
};

export type EdgeConfig = ConfigOf<typeof edgeSettings>;
export type ApiConfig = ConfigOf<typeof apiSettings>;

/** Two listeners cannot share a port, unless the system chooses both. */
const portsDiffer: Check<ApiConfig> = ({ apiPort, opsPort }) =>
  apiPort !== opsPort || apiPort === 0
    ? undefined
    : `Set CAST_API_PORT and CAST_OPS_PORT to different ports: got ${apiPort} for both`;

export function parseApiConfig(environment: Environment) {
  return parseSettings(apiSettings, environment, [portsDiffer, ...redisAccessChecks, ...voterChecks]);
}

export function parseEdgeConfig(environment: Environment) {
  return parseSettings(edgeSettings, environment, [...redisAccessChecks, ...voterChecks]);
}
