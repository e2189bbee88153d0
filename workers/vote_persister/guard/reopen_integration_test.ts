import { assert, assertEquals, assertRejects } from "@std/assert";
import { Registry } from "prom-client";
import type { RedisClient } from "../../../shared/redis/client.ts";
import { createGuardScripts, type GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { createGuardScene, type GuardScene } from "../testing/guard_scene.ts";
import { createGuardLedger } from "./ledger.ts";
import { createGuardMetrics } from "./metrics.ts";
import { reopen, type ReopenOptions } from "./reopen.ts";

/** A guard's options for one reopening, with its own connection and whatever a test lets fail. */
async function optionsOf(world: World, scene: GuardScene): Promise<ReopenOptions> {
  const client = await scene.ledger.pool.connect();
  world.defer(() => client.release());
  return {
    shard: 0,
    ledger: createGuardLedger(client, 0),
    scripts: createGuardScripts(world.redis, world.keys),
    drain: () => Promise.resolve(),
    now: Date.now,
    metrics: createGuardMetrics(new Registry()),
    log: world.log,
  };
}

/** An open shard with stored votes, votes under way, and votes that only Redis holds. */
async function createBusyScene(world: World): Promise<{ scene: GuardScene; epoch: number }> {
  const scene = await createGuardScene(world);
  const epoch = await scene.open();
  for (const name of ["ada", "bob", "ada"]) await scene.cast({ names: [name] });
  await scene.relay();
  await scene.store();
  await scene.cast({ names: ["cleo"] });
  await scene.relay();
  await scene.cast({ names: ["ada"] });
  return { scene, epoch };
}

/** Delivers everything, and holds Redis and Postgres to each other, marks of carrying included. */
async function assertNothingLost(scene: GuardScene): Promise<void> {
  await scene.relay();
  await scene.store();
  assertEquals(await scene.ledger.totals(), [["ada", 3], ["bob", 1], ["cleo", 1]]);
  const missing = (await scene.ledger.events()).filter(({ carry }) => carry === 1).map(({ usernames }) =>
    usernames[0]
  );
  const tally = new Map(await scene.tally());
  for (const name of missing) tally.set(name as string, (tally.get(name as string) ?? 0) + 1);
  assertEquals([...tally].sort(), await scene.ledger.totals());
}

Deno.test("a guard that dies after the transaction and before it opens leaves a shard that is restored exactly", async () => {
  await using world = await createWorld();
  const { scene, epoch } = await createBusyScene(world);
  await scene.pretendRestart();
  const options = await optionsOf(world, scene);
  const dying = { ...options.scripts, open: () => Promise.reject(new Error("killed")) };
  await assertRejects(() => reopen({ ...options, scripts: dying }, "closed"), Error, "killed");
  const [[, included], [ahead]] = await scene.epochs() as [[number, number], [number, null]];
  assertEquals(included, 4);
  assert(!(await scene.readShard()).isOpen);

  const opened = await scene.open();
  assert(opened > ahead && ahead > epoch);
  assertEquals(scene.openings().at(-1)?.reason, "closed");
  assertEquals(await scene.epochs(), [[epoch, -1], [ahead, -1], [opened, null]]);
  await assertNothingLost(scene);
});

Deno.test("a guard that dies before its transaction commits has done nothing but close the shard", async () => {
  await using world = await createWorld();
  const { scene, epoch } = await createBusyScene(world);
  await scene.pretendRestart();
  const options = await optionsOf(world, scene);
  let reads = 0;
  const scripts: GuardScripts = {
    ...options.scripts,
    readClaimed: (incarnation) =>
      ++reads > 1 ? Promise.reject(new Error("killed")) : options.scripts.readClaimed(incarnation),
  };
  await assertRejects(() => reopen({ ...options, scripts }, "closed"), Error, "killed");
  assertEquals(await scene.epochs(), [[epoch, null]]);
  assert(!(await scene.readShard()).isOpen);
  await scene.open();
  assertEquals(scene.openings().at(-1)?.reason, "closed");
  assertEquals((await scene.epochs())[0], [epoch, 4]);
  await assertNothingLost(scene);
});

Deno.test("a guard whose claim was overtaken cannot open, and its epoch leads to a restore", async () => {
  await using world = await createWorld();
  const { scene, epoch } = await createBusyScene(world);
  await scene.pretendRestart();
  const options = await optionsOf(world, scene);
  const overtaken: GuardScripts = {
    ...options.scripts,
    async open(input) {
      await options.scripts.claim("of a guard that came later and died");
      return await options.scripts.open(input);
    },
  };
  assertEquals(await reopen({ ...options, scripts: overtaken }, "closed"), { kind: "superseded" });
  assert(!(await scene.readShard()).isOpen);
  const { rows: [row] } = await scene.ledger.pool.query<{ epoch: string }>("select epoch from shards");
  const ahead = Number(row?.epoch);
  assert(ahead > epoch);

  assert(await scene.open() > ahead);
  assertEquals(world.log.events.findLast(({ event }) => event === "shard_opened")?.fields.kind, "restored");
  await assertNothingLost(scene);
});

Deno.test("a guard that slept cannot open what another has opened since", async () => {
  await using world = await createWorld();
  const { scene } = await createBusyScene(world);
  await scene.pretendRestart();
  const options = await optionsOf(world, scene);
  let byOther = 0;
  const slept: GuardScripts = {
    ...options.scripts,
    async open(input) {
      byOther = await scene.open();
      await scene.cast({ names: ["bob"] });
      return await options.scripts.open(input);
    },
  };
  assertEquals(await reopen({ ...options, scripts: slept }, "closed"), { kind: "superseded" });
  const { isOpen, epoch } = await scene.readShard();
  assertEquals({ isOpen, epoch }, { isOpen: true, epoch: byOther });
  assertEquals(new Map(await scene.tally()).get("bob"), 2);
});

Deno.test("a guard that slept mixes nothing into another's restore", async () => {
  await using world = await createWorld();
  const { scene } = await createBusyScene(world);
  await scene.wipe();
  const options = await optionsOf(world, scene);
  const slept: GuardScripts = {
    ...options.scripts,
    async loadTally(input) {
      await scene.open();
      return await options.scripts.loadTally(input);
    },
  };
  assertEquals(await reopen({ ...options, scripts: slept }, "closed"), { kind: "superseded" });
  assertEquals(await scene.tally(), [["ada", 2], ["bob", 1]]);
  assertEquals(await world.redis.redis.exists(world.keys.tallyLoading), 0);
});

Deno.test("a half loaded restore of a guard that died leaves nothing behind", async () => {
  await using world = await createWorld();
  const { scene } = await createBusyScene(world);
  await scene.wipe();
  const options = await optionsOf(world, scene);
  const dying: GuardScripts = {
    ...options.scripts,
    async loadTally({ claimId }) {
      await options.scripts.loadTally({
        incarnation: world.redis.incarnation(),
        claimId,
        totals: [["nobody", "7"]],
      });
      throw new Error("killed");
    },
  };
  await assertRejects(() => reopen({ ...options, scripts: dying }, "closed"), Error, "killed");
  await scene.open();
  assertEquals(await scene.tally(), [["ada", 2], ["bob", 1]]);
});

Deno.test("reopen() gives up when another Redis has taken the place, before it writes to Postgres", async () => {
  await using world = await createWorld();
  const { scene, epoch } = await createBusyScene(world);
  await scene.pretendRestart();
  const options = await optionsOf(world, scene);
  let asked = 0;
  const scripts = {
    ...options.scripts,
    incarnation: () => ++asked === 1 ? "a".repeat(40) : world.redis.incarnation(),
  };
  assertEquals(await reopen({ ...options, scripts }, "closed"), { kind: "superseded" });
  assertEquals(await scene.epochs(), [[epoch, null]]);
  await scene.open();
  await assertNothingLost(scene);
});

Deno.test("reopen() opens for the process that it claimed, so that another one stays closed", async () => {
  await using world = await createWorld();
  const { scene } = await createBusyScene(world);
  await scene.relay();
  await scene.store();
  await scene.wipe();
  const options = await optionsOf(world, scene);
  let incarnation = "a".repeat(40);
  const replaced = Object.create(world.redis, { incarnation: { value: () => incarnation } }) as RedisClient;
  const real = createGuardScripts(replaced, world.keys);
  const scripts: GuardScripts = {
    ...real,
    loadTally(input) {
      incarnation = world.redis.incarnation();
      return real.loadTally(input);
    },
  };
  assertEquals(await reopen({ ...options, scripts }, "closed"), { kind: "superseded" });
  assert(!(await scene.readShard()).isOpen);
  await scene.open();
  await assertNothingLost(scene);
});

Deno.test("reopen() waits for Kafka before a restore only, and outside its transaction", async () => {
  await using world = await createWorld();
  const { scene } = await createBusyScene(world);
  const options = await optionsOf(world, scene);
  let waits = 0;
  const drain = async () => {
    waits += 1;
    // A persister goes on meanwhile: with the rows locked it would wait for the guard that waits for it.
    await scene.store();
  };
  await scene.pretendRestart();
  await reopen({ ...options, drain }, "closed");
  assertEquals(waits, 0);
  await scene.wipe();
  await reopen({ ...options, drain }, "closed");
  assertEquals(waits, 1);
  assertEquals(await scene.tally(), [["ada", 2], ["bob", 1], ["cleo", 1]]);
});
