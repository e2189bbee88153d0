/** Composition root of the API: GraphQL over HTTP. Needs Redis alone. */
import { runProgram } from "../shared/lifecycle/run_program.ts";
import { createRedisClient } from "../shared/redis/client.ts";
import { apiSettings, parseApiConfig } from "./config.ts";
import { createApi } from "./server.ts";

await runProgram({
  name: "api",
  settings: apiSettings,
  parse: parseApiConfig,
  start({ config, log, shutdown }) {
    const redis = createRedisClient({ url: config.redisUrl, log });
    shutdown.add("redis", () => redis.close());
    const api = createApi({ redis, config, log });
    const server = Deno.serve({
      port: config.apiPort,
      hostname: "0.0.0.0",
      onListen: ({ port }) => log.info("api_listening", { port }),
    }, api.fetch);
    // Takes no new request and answers those under way, while Redis is still there for them.
    shutdown.add("api_server", () => server.shutdown());
    return [{ name: "redis", isReady: redis.isConnected }];
  },
});
