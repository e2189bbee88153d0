/** Composition root of the ticket rotator: opens the next ticket. Needs Redis. */
import { runLoop } from "../../shared/lifecycle/loop.ts";
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import { createMintScript } from "../../shared/redis/ticket_scripts.ts";
import { createTicketSigner } from "../../shared/ticket/signer.ts";
import { parseRotatorConfig, rotatorSettings } from "./config.ts";
import { createRotator } from "./rotate.ts";

const SHARD = 0;

await runProgram({
  name: "ticket_rotator",
  settings: rotatorSettings,
  parse: parseRotatorConfig,
  start({ config, log, shutdown }) {
    const redis = createRedisClient({ url: config.redisUrl, log });
    shutdown.add("redis", () => redis.close());
    const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
    const rotator = createRotator({
      shard: SHARD,
      intervalMs: config.ticketIntervalMs,
      lifetimeMs: config.ticketLifetimeMs,
      uses: config.ticketUses,
      readShard: createReadShardScript(redis, keys),
      mint: createMintScript(redis, keys),
      signer: createTicketSigner(config.ticketKeys),
      log,
    });
    const step = () => redis.whenConnected(shutdown.signal).then(rotator.step);
    const loop = runLoop({ name: "rotation", signal: shutdown.signal, log, step });
    loop.catch((error) => shutdown.fail("rotation", error));
    shutdown.add("rotation", () => loop);
    return [{ name: "redis", isReady: redis.isConnected }, { name: "tickets", isReady: rotator.isReady }];
  },
});
