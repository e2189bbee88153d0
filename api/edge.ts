/**
 * Composition root of the API for edge hosts and `deno serve`: `export default { fetch }`. The host brings the listener,
 * the signals and the health checks; the settings are those of the API without its ports, and wrong ones end the load.
 *
 * Redis is connected to when the first request comes, since a host may load the module and never send one. A request
 * that comes before the first connection stands waits for it a little: the alternative is a refusal for every visitor
 * who wakes the host.
 */
import { readEnvironment } from "../shared/config/environment.ts";
import { createLogger } from "../shared/log/logger.ts";
import { createRedisClient } from "../shared/redis/client.ts";
import { type EdgeConfig, edgeSettings, parseEdgeConfig } from "./config.ts";
import { type Api, createApi } from "./server.ts";

/** After that long the answer is NOT_READY, as it is on a program whose Redis is away. */
const FIRST_CONNECTION_MS_MAX = 1000;

const config = readConfig();
let connecting: Promise<Api> | undefined;

/** Hosts tell of connections each in its own way: nothing here is asked of them, and streams have the cap in all alone. */
const edge: Pick<Api, "fetch"> = {
  async fetch(request) {
    connecting ??= connect();
    const api = await connecting;
    return await api.fetch(request);
  },
};
export default edge;

async function connect(): Promise<Api> {
  const log = createLogger({ program: "api_edge", level: config.logLevel });
  const redis = createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
  try {
    await redis.whenConnected(AbortSignal.timeout(FIRST_CONNECTION_MS_MAX));
  } catch (error) {
    log.warn("first_connection_late", { error });
  }
  return createApi({ redis, config, log });
}

function readConfig(): EdgeConfig {
  const result = parseEdgeConfig(readEnvironment(edgeSettings));
  if (result.ok) return result.config;
  throw new Error(`Read the settings:\n${result.problems.join("\n")}`);
}
