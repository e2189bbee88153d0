/** Composition root of the ticket rotator: opens the next ticket. Needs Redis. */
import { runLoop } from "../../shared/lifecycle/loop.ts";
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { createScrapeRead } from "../../shared/metrics/scrape_read.ts";
import { exportStoreStates } from "../../shared/metrics/store_metrics.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import { createMintScript, createOpenTicketScript } from "../../shared/redis/ticket_scripts.ts";
import { createTicketSigner } from "../../shared/ticket/signer.ts";
import { parseRotatorConfig, rotatorSettings } from "./config.ts";
import { readCurrentTicket } from "./current_ticket.ts";
import { measureMint } from "./measured_mint.ts";
import { createRotatorMetrics } from "./metrics.ts";
import { createRotator } from "./rotate.ts";

const SHARD = 0;

await runProgram({
  name: "ticket_rotator",
  settings: rotatorSettings,
  parse: parseRotatorConfig,
  start({ config, log, registry, shutdown }) {
    const redis = createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
    shutdown.add("redis", () => redis.close());
    const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
    exportStoreStates(registry, { program: "ticket_rotator", stores: { redis: redis.isConnected } });
    const readShard = createReadShardScript(redis, keys);
    const readOpenTicket = createOpenTicketScript(redis, keys);
    const lifetimeMs = config.ticketLifetimeMs;
    const readTicket = createScrapeRead(() => readCurrentTicket({ readOpenTicket, readShard, lifetimeMs }), {
      what: "Read the current ticket",
      log,
    });
    const metrics = createRotatorMetrics(registry, { readTicket });
    const rotator = createRotator({
      shard: SHARD,
      intervalMs: config.ticketIntervalMs,
      lifetimeMs,
      uses: config.ticketUses,
      readShard,
      mint: measureMint(createMintScript(redis, keys), metrics),
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
