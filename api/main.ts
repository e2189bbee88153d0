/** Composition root of the API: GraphQL over HTTP. Needs Redis alone. */
import { runProgram } from "../shared/lifecycle/run_program.ts";
import { exportStoreStates } from "../shared/metrics/store_metrics.ts";
import { createRedisClient } from "../shared/redis/client.ts";
import { apiSettings, parseApiConfig } from "./config.ts";
import { createApiMetrics } from "./metrics.ts";
import { sendsClientsAway } from "./send_clients_away.ts";
import { createApi } from "./server.ts";
import { stopServer } from "./stop_server.ts";

await runProgram({
  name: "api",
  settings: apiSettings,
  parse: parseApiConfig,
  start({ config, log, registry, shutdown }) {
    const redis = createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
    shutdown.add("redis", () => redis.close());
    exportStoreStates(registry, { program: "api", stores: { redis: redis.isConnected } });
    const api = createApi({ redis, config, metrics: createApiMetrics(registry, config), log });
    const server = Deno.serve({
      port: config.apiPort,
      hostname: "0.0.0.0",
      onListen: ({ port }) => log.info("api_listening", { port }),
    }, sendsClientsAway(api.fetch, shutdown.signal));
    shutdown.drainFor(config.apiDrainMs);
    // At once and not after the drain: a stream has no answer to wait for, and its client finds another process.
    const endStreams = () => api.endStreams();
    shutdown.signal.addEventListener("abort", () => void endStreams(), { once: true });
    shutdown.add("api_streams", endStreams);
    // Takes no new request and answers those under way, while Redis is still there for them.
    shutdown.add("api_server", () => stopServer(server, api.requestsUnderWay));
    return [{ name: "redis", isReady: redis.isConnected }];
  },
});
