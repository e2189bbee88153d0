import { assert, assertEquals } from "@std/assert";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { createGuardScene, type GuardScene } from "../testing/guard_scene.ts";

async function castAll({ cast }: GuardScene, names: readonly string[]): Promise<void> {
  for (const name of names) assertEquals((await cast({ names: [name] })).kind, "accepted");
}

async function outboxOf({ redis: { redis }, keys }: World) {
  return await redis.xrange(keys.outbox, "-", "+");
}

Deno.test("guard.step() opens a shard that never was, under an epoch by the clock", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  assert(!(await scene.readShard()).isOpen);
  const before = Date.now();
  const epoch = await scene.open();
  assert(epoch >= before);
  assertEquals(await scene.epochs(), [[epoch, null]]);
  const { rows } = await scene.ledger.pool.query("select shard, epoch, shard_count from shards");
  assertEquals(rows, [{ shard: 0, epoch: String(epoch), shard_count: 1 }]);
  const { isOpen, newestOpensAt, last, carriedCount } = await scene.readShard();
  assertEquals({ isOpen, newestOpensAt, last, carriedCount }, {
    isOpen: true,
    newestOpensAt: -1,
    last: undefined,
    carriedCount: 0,
  });
  assertEquals(await world.redis.redis.exists(world.keys.claim), 0);
});

Deno.test("guard.step() leaves a shard alone in which all is well", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const epoch = await scene.open();
  await castAll(scene, ["ada"]);
  await scene.relay();
  assert(await scene.guard.step() > 0);
  await scene.store();
  assert(await scene.guard.step() > 0);
  assertEquals((await scene.readShard()).epoch, epoch);
  assertEquals(scene.openings().length, 1);
});

Deno.test("guard.step() keeps the tally of a Redis that restarted with its data, under a new epoch", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await castAll(scene, ["ada", "bob", "ada"]);
  await scene.relay();
  await castAll(scene, ["ada", "cleo"]);
  await scene.pretendRestart();
  assertEquals((await scene.cast()).kind, "refused");

  const second = await scene.open();
  assert(second > first);
  assertEquals(scene.openings()[1], { reason: "closed", kind: "kept" });
  assertEquals(await scene.tally(), [["ada", 3], ["bob", 1], ["cleo", 1]]);
  // Version 4 was the fifth vote: Redis has them all, stored or not.
  assertEquals(await scene.epochs(), [[first, 4], [second, null]]);

  await castAll(scene, ["ada"]);
  await scene.relay();
  await scene.store();
  const events = await scene.ledger.events();
  assertEquals(events.map(({ version, carry }) => [version, carry]), [0, 1, 2, 3, 4, 0].map((v) => [v, 0]));
  assertEquals(await scene.ledger.totals(), await scene.tally());
});

Deno.test("guard.step() keeps an epoch in which nobody voted", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await scene.pretendRestart();
  const second = await scene.open();
  assertEquals(await scene.epochs(), [[first, -1], [second, null]]);
  assertEquals([scene.openings()[1]?.kind, scene.drains], ["kept", 1]);
});

Deno.test("guard.step() restores a Redis that came back empty from the totals of Postgres", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await castAll(scene, ["ada", "bob", "ada"]);
  await scene.relay();
  await scene.store();
  await castAll(scene, ["late"]);
  await scene.relay();
  // What was carried before is in the totals now, so its marks mean nothing any more.
  await scene.ledger.pool.query("update vote_events set carried = true where version = 0");
  await scene.ledger.pool.query("update vote_events set carry = 1 where version = 1");
  await scene.wipe();

  const second = await scene.open();
  assertEquals(scene.openings()[1], { reason: "closed", kind: "restored" });
  assertEquals(await scene.tally(), [["ada", 2], ["bob", 1]]);
  assertEquals(await scene.epochs(), [[first, -1], [second, null]]);
  const { rows } = await scene.ledger.pool.query("select from vote_events where carried or carry <> 0");
  assertEquals(rows.length, 0);

  // The vote that was under way is late: Postgres counts it, Redis lacks it.
  await scene.store();
  const late = (await scene.ledger.events()).find(({ usernames }) => usernames[0] === "late");
  assertEquals([late?.version, late?.carry], [3, 1]);
});

Deno.test("guard.step() restores a Redis that is behind what Postgres holds", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  await scene.open();
  await castAll(scene, ["ada", "ada"]);
  const { redis } = world.redis;
  const copied = [world.keys.tally, world.keys.outbox];
  const copy = await Promise.all(copied.map((key) => redis.dumpBuffer(key)));
  await castAll(scene, ["bob", "ada"]);
  await scene.relay();
  await scene.store();
  for (const [index, key] of copied.entries()) {
    await redis.restore(key, 0, copy[index] as NonNullable<typeof copy[number]>, "REPLACE");
  }
  assertEquals(await scene.tally(), [["ada", 2]]);

  await scene.open();
  assertEquals(scene.openings()[1], { reason: "redis_behind", kind: "restored" });
  assertEquals(await scene.tally(), [["ada", 3], ["bob", 1]]);
});

Deno.test("guard.step() restores when Postgres speaks of another epoch: one of the two went back", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await castAll(scene, ["ada", "bob"]);
  await scene.relay();
  await scene.store();
  await scene.ledger.pool.query("delete from epochs; update shards set epoch = 5");
  await scene.ledger.pool.query("delete from vote_events where version = 1");
  await scene.ledger.pool.query("delete from votes where username = 'bob'");

  const second = await scene.open();
  assert(second > first);
  assertEquals(scene.openings()[1], { reason: "epoch_differs", kind: "restored" });
  assertEquals(await scene.tally(), [["ada", 1]]);
});

Deno.test("guard.step() opens a new epoch when Redis's clock stepped back, and keeps the tally", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await castAll(scene, ["ada"]);
  const { redis } = world.redis;
  const { timeMs } = await scene.readShard();
  await redis.hset(world.keys.meta, "newest_opens_at", String(timeMs + 3_600_000));
  await redis.zadd(world.keys.tickets, timeMs, String(timeMs));

  assert(await scene.open() > first);
  assertEquals(scene.openings()[1], { reason: "clock_stepped_back", kind: "kept" });
  assertEquals(await scene.tally(), [["ada", 1]]);
  assertEquals((await scene.readShard()).newestOpensAt, -1);
  assertEquals(await redis.exists(world.keys.tickets), 0);
  assertEquals((await scene.epochs())[0], [first, 0]);
});

Deno.test("no ticket of an older epoch is honoured after a reopening, kept or restored", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const old = await scene.ticketOf(await scene.open());
  assertEquals((await scene.cast({ ticket: old })).kind, "accepted");
  await scene.relay();
  await scene.store();
  await scene.pretendRestart();
  await scene.open();
  assertEquals(await scene.cast({ ticket: old }), { kind: "refused", code: "TICKET_EXPIRED" });

  await scene.wipe();
  await scene.ticketOf(old.epoch);
  await scene.open();
  assertEquals(await scene.cast({ ticket: old }), { kind: "refused", code: "TICKET_EXPIRED" });
  assertEquals((await scene.cast()).kind, "accepted");
});

Deno.test("guard.step() touches no entry of the outbox, whatever it does", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  await scene.open();
  await castAll(scene, ["ada", "bob", "cleo"]);
  const entries = await outboxOf(world);
  await scene.pretendRestart();
  await scene.open();
  assertEquals(await outboxOf(world), entries);
  await scene.ledger.pool.query("update shards set epoch = epoch + 1");
  await scene.open();
  assertEquals(scene.openings().map(({ kind }) => kind), ["restored", "kept", "restored"]);
  assertEquals(await outboxOf(world), entries);
});
