import { assert, assertEquals } from "@std/assert";
import { createReadOutboxScript } from "./outbox_script.ts";
import { createWorld } from "../testing/world.ts";

Deno.test("readOutbox tells how many votes wait, and how long the oldest does by Redis's clock", async () => {
  await using world = await createWorld();
  const { redis } = world.redis;
  const read = createReadOutboxScript(world.redis, world.keys);
  assertEquals(await read(), { length: 0, headAgeMs: 0 });
  const now = Number((await redis.time())[0]) * 1000;
  await redis.xadd(world.keys.outbox, "7-0", "vote", "{}", "at", String(now - 60_000));
  await redis.xadd(world.keys.outbox, "7-1", "vote", "{}", "at", String(now));
  const { length, headAgeMs } = await read();
  assertEquals(length, 2);
  assert(headAgeMs >= 60_000, String(headAgeMs));
  await redis.xtrim(world.keys.outbox, "MINID", "=", "7-2");
  assertEquals(await read(), { length: 0, headAgeMs: 0 });
});

Deno.test("readOutbox takes an entry that tells no time for one that has just come", async () => {
  await using world = await createWorld();
  const read = createReadOutboxScript(world.redis, world.keys);
  await world.redis.redis.xadd(world.keys.outbox, "7-0", "vote", "{}", "at", "yesterday");
  assertEquals(await read(), { length: 1, headAgeMs: 0 });
});
