import { assert, assertEquals, assertRejects } from "@std/assert";
import { Registry } from "prom-client";
import { createGuardScripts, type GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { EPOCH_MAX } from "../../../shared/vote/record.ts";
import { createGuardScene, type GuardScene } from "../testing/guard_scene.ts";
import { carryBatch, type CarryOptions } from "./carry.ts";
import { createGuardLedger } from "./ledger.ts";
import { createGuardMetrics } from "./metrics.ts";

interface Scene extends GuardScene {
  /** What carries, with whatever a test lets fail. */
  optionsOf(scripts?: Partial<GuardScripts>): Promise<CarryOptions>;
  marks(): Promise<{ toCarry: number; carried: number; inRedis: number }>;
}

async function createScene(world: World): Promise<Scene> {
  const scene = await createGuardScene(world);
  await scene.open();
  return Object.assign(scene, {
    async optionsOf(scripts: Partial<GuardScripts> = {}) {
      const client = await scene.ledger.pool.connect();
      world.defer(() => client.release());
      return {
        shard: 0,
        epoch: (await scene.readShard()).epoch ?? 0,
        ledger: createGuardLedger(client, 0),
        scripts: { ...createGuardScripts(world.redis, world.keys), ...scripts },
        metrics: createGuardMetrics(new Registry()),
        log: world.log,
      };
    },
    async marks() {
      const { rows: [row] } = await scene.ledger.pool.query<{ to_carry: number; carried: number }>(
        `select count(*) filter (where carry <> 0)::int as to_carry, count(*) filter (where carried)::int as carried
         from vote_events`,
      );
      const { carriedCount } = await scene.readShard();
      return { toCarry: row?.to_carry ?? -1, carried: row?.carried ?? -1, inRedis: carriedCount };
    },
  });
}

/** Votes that were relayed but not stored when Redis was wiped and restored: Redis lacks them, Postgres will count them. */
async function castLateVotes(scene: Scene): Promise<void> {
  await scene.cast({ names: ["ada", "bob"], counts: [3, 1] });
  await scene.cast({ names: ["ada"], counts: [2] });
  await scene.relay();
  await scene.wipe();
  await scene.open();
  await scene.store();
}

/** Until the guard has nothing more to do. */
async function settle(scene: Scene): Promise<void> {
  for (let steps = 0; await scene.guard.step() === 0; steps++) assert(steps < 20, "the guard never settles");
}

Deno.test("guard.step() carries votes that arrived after a restore, once, and then leaves the shard alone", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  assertEquals(await scene.tally(), []);
  assertEquals(await scene.marks(), { toCarry: 2, carried: 0, inRedis: 0 });
  const { epoch } = await scene.readShard();

  await settle(scene);
  assertEquals(await scene.tally(), [["ada", 5], ["bob", 1]]);
  assertEquals(await scene.tally(), await scene.ledger.totals());
  assertEquals(await scene.marks(), { toCarry: 0, carried: 2, inRedis: 2 });
  await settle(scene);
  assertEquals(await scene.tally(), [["ada", 5], ["bob", 1]]);
  assertEquals((await scene.readShard()).epoch, epoch);
  const lines = world.log.events.filter(({ event }) => event === "votes_carried");
  assertEquals(lines.map(({ fields }) => [fields.count, fields.newCount]), [[2, 2]]);
});

Deno.test("guard.step() takes back what Redis counted a second time for one request", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  const vote = { names: ["ada"], counts: [2], requestId: "r" };
  assertEquals((await scene.cast(vote)).kind, "accepted");
  await scene.relay();
  await scene.wipe();
  await scene.open();
  // The client saw no answer and repeats; nobody remembers its request.
  assertEquals((await scene.cast(vote)).kind, "accepted");
  await scene.store();
  await scene.relay();
  await scene.store();
  // The first is late and counts (+1); the second, which Redis counted, is its repeat (-1).
  const marked = (await scene.ledger.events()).map(({ repeat_of, carry }) => [repeat_of !== null, carry]);
  assertEquals(new Map(marked as [boolean, number][]), new Map([[false, 1], [true, -1]]));
  await settle(scene);
  assertEquals([await scene.tally(), await scene.ledger.totals()], [[["ada", 2]], [["ada", 2]]]);
  assertEquals(await scene.marks(), { toCarry: 0, carried: 2, inRedis: 2 });
});

Deno.test("a guard that dies between Redis and the mark carries nothing twice", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  const options = await scene.optionsOf();
  const dying = { ...options.ledger, markCarried: () => Promise.reject(new Error("killed")) };
  await assertRejects(() => carryBatch({ ...options, ledger: dying }), Error, "killed");
  assertEquals(await scene.marks(), { toCarry: 2, carried: 0, inRedis: 2 });
  await settle(scene);
  assertEquals(await scene.tally(), await scene.ledger.totals());
  assertEquals(await scene.marks(), { toCarry: 0, carried: 2, inRedis: 2 });
});

Deno.test("two guards at once carry each vote once", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  const both = await Promise.all([scene.optionsOf(), scene.optionsOf(), scene.optionsOf()]);
  await Promise.all(both.map((options) => carryBatch(options)));
  assertEquals(await scene.tally(), await scene.ledger.totals());
  assertEquals(await scene.marks(), { toCarry: 0, carried: 2, inRedis: 2 });
});

Deno.test("carryBatch() carries nothing to a Redis that was reopened since, nor marks it", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  const stale = await scene.optionsOf();
  scene.guard.close();
  await scene.pretendRestart();
  assertEquals(await carryBatch(stale), false);
  const other = scene.addGuard();
  await scene.open(other.guard);
  assertEquals(await carryBatch(stale), false);
  assertEquals(await scene.marks(), { toCarry: 2, carried: 0, inRedis: 0 });
});

Deno.test("a guard that slept between Redis and the mark marks nothing of a later epoch", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  const options = await scene.optionsOf();
  const slept: Partial<GuardScripts> = {
    async carry(batch) {
      const count = await options.scripts.carry(batch);
      await scene.wipe();
      await scene.open();
      // Postgres went back as well, and has stored the two again: late once more, for the new epoch.
      await scene.ledger.pool.query("update vote_events set carry = 1");
      return count;
    },
  };
  await carryBatch({ ...options, scripts: { ...options.scripts, ...slept } });
  assertEquals(await scene.marks(), { toCarry: 2, carried: 0, inRedis: 0 });
});

Deno.test("a restart keeps the tally, whether votes were carried to it already or are still to be", async () => {
  for (const carriedBefore of [true, false]) {
    await using world = await createWorld();
    const scene = await createScene(world);
    await castLateVotes(scene);
    if (carriedBefore) await settle(scene);
    await scene.pretendRestart();
    await scene.open();
    assertEquals(scene.openings().at(-1)?.kind, "kept");
    await settle(scene);
    assertEquals(await scene.marks(), { toCarry: 0, carried: 2, inRedis: 2 });
    assertEquals(await scene.tally(), await scene.ledger.totals());
  }
});

Deno.test("guard.step() restores when Postgres does not know any more what was carried", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  await settle(scene);
  // As a backup from before the carrying, whose marks are gone with it.
  await scene.ledger.pool.query("update vote_events set carried = false");
  await scene.open();
  await scene.guard.step();
  assertEquals(
    world.log.events.findLast(({ event }) => event === "shard_claimed")?.fields.reason,
    "carried_differs",
  );
  await scene.open();
  assertEquals(world.log.events.findLast(({ event }) => event === "shard_opened")?.fields.kind, "restored");
  assertEquals(await scene.marks(), { toCarry: 0, carried: 0, inRedis: 0 });
  assertEquals(await scene.tally(), await scene.ledger.totals());
});

Deno.test("guard.step() carries more votes than fit in one batch without a pause in between", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  for (let vote = 0; vote < 230; vote++) {
    await scene.cast({ names: [`name ${vote % 7}`], counts: [1 + vote % 3] });
  }
  await scene.relay();
  await scene.wipe();
  await scene.open();
  await scene.store();
  assert(await scene.guard.step() > 0);
  const lines = world.log.events.filter(({ event }) => event === "votes_carried");
  assertEquals(lines.map(({ fields }) => fields.count), [100, 100, 30]);
  assertEquals(await scene.tally(), await scene.ledger.totals());
  assertEquals(await scene.marks(), { toCarry: 0, carried: 230, inRedis: 230 });
});

Deno.test("a guard's metrics count what it opened and carried, and what waits to be carried", async () => {
  await using world = await createWorld();
  const registry = new Registry();
  const SHOWN = /^cast_(drain|shard_openings|votes)_/;
  const scene = await createGuardScene(world);
  const { guard } = scene.addGuard({ metrics: createGuardMetrics(registry) });
  const show = async () => (await registry.metrics()).split("\n").filter((line) => SHOWN.test(line)).sort();
  await scene.open(guard);
  await scene.cast({ names: ["ada"] });
  await scene.relay();
  await scene.wipe();
  await scene.open(guard);
  await scene.store();
  await guard.step();
  assertEquals(await show(), [
    "cast_drain_behind_records 0",
    'cast_shard_openings_total{kind="kept"} 0',
    'cast_shard_openings_total{kind="restored"} 2',
    "cast_votes_carried_total 1",
    "cast_votes_to_carry 1",
  ]);
  await scene.pretendRestart();
  await scene.open(guard);
  await guard.step();
  const shown = await show();
  assert(shown.includes('cast_shard_openings_total{kind="kept"} 1'), shown.join("; "));
  assert(shown.includes("cast_votes_to_carry 0"), shown.join("; "));
});

Deno.test("carrying is not refused by the bound on totals", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await castLateVotes(scene);
  await world.redis.redis.zadd(world.keys.tally, 2 ** 31 - 1, "ada");
  await settle(scene);
  assertEquals(new Map(await scene.tally()).get("ada"), 2 ** 31 - 1 + 5);
});

Deno.test("a guard opens nothing where it is noticed while it waits that Kafka has forgotten records", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  scene.guard.close();
  await scene.cast({ names: ["ada"] });
  await scene.wipe();
  const { pool } = scene.ledger;
  const { guard } = scene.addGuard({
    drain: async () =>
      void await pool.query(
        `insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset) values ('c', 't', 1, 4, 9)
         on conflict do nothing`,
      ),
  });
  for (let look = 0; look < 3; look++) await guard.step();
  assert(!(await scene.readShard()).isOpen);
  assertEquals((await scene.epochs()).length, 1);
  await pool.query("update forgotten_records set accepted_at = now()");
  await scene.open(guard);
});

Deno.test("a guard rather leaves a shard closed than open an epoch whose votes could never be stored", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  await scene.ledger.addEpoch(EPOCH_MAX, null);
  await assertRejects(() => scene.guard.step(), Error, "Open an epoch");
  assert(!(await scene.readShard()).isOpen);
});

Deno.test("guard.step() keeps votes closed while Kafka has forgotten what was never stored, until that was accepted", async () => {
  await using world = await createWorld();
  const scene = await createScene(world);
  const { pool } = scene.ledger;
  const first = (await scene.readShard()).epoch;
  await pool.query(
    "insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset) values ('c', 't', 1, 4, 9)",
  );
  for (let look = 0; look < 3; look++) {
    assert(await scene.guard.step() > 0);
    assertEquals((await scene.cast()).kind, "refused");
  }
  const alarms = world.log.events.filter(({ event, level }) => event === "shard_closed" && level === "error");
  assertEquals(alarms.length, 1);
  await pool.query("update forgotten_records set accepted_at = now()");
  assert(await scene.open() > (first ?? 0));
  assertEquals((await scene.cast()).kind, "accepted");
});
