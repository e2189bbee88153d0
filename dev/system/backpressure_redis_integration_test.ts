/**
 * Redis at its memory limit under load. The limit is the whole server's, so this test runs a Redis of its own, and is
 * ignored where there is no binary of it, embedded or of the system.
 */
import { assert } from "@std/assert";
import { createWorld } from "../../shared/testing/world.ts";
import { freeze, startScene } from "./backpressure_scene.ts";
import { findRedis, withOwnRedis } from "./backpressure_own_redis.ts";

const redisServer = await findRedis();
/** Some hundred votes. */
const ROOM_BYTES = 250_000;

Deno.test({
  name:
    "with memory full votes are refused, and flow again by themselves when the outbox drains or the limit is raised",
  ignore: redisServer === undefined,
  async fn() {
    await using shared = await createWorld();
    const world = await withOwnRedis(shared, redisServer ?? "");
    const scene = await startScene(world);
    const { redis } = world.redis;
    const relay = freeze(world, scene.program("outbox_relay"));
    const used = Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
    assert(used > 0);
    await redis.config("SET", "maxmemory", used + ROOM_BYTES);
    await scene.untilAnswered("OVERLOADED", 100);
    const waiting = await scene.outboxLength();
    assert(waiting > 0);

    // The relay drains a full Redis, which makes room for more.
    relay.thaw();
    await scene.untilAccepted(30);
    // The requests are remembered and stay, so it fills up again in the end; a higher limit is the way out.
    await redis.config("SET", "maxmemory", 0);
    await scene.untilAccepted(100);
    await scene.finish();
  },
});
