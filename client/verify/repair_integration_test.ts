import { assert, assertEquals } from "@std/assert";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import { EPOCH } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { repair } from "./repair.ts";
import { createVerifyScene, type VerifyScene } from "./testing/verify_scene.ts";

async function repairOnce(scene: VerifyScene, world: World, waitMsMax = 0) {
  const report = await scene.verify();
  return await repair({
    redis: world.redis,
    keys: world.keys,
    pool: scene.pool,
    shard: 0,
    waitMsMax,
    signal: new AbortController().signal,
    log: world.log,
  }, report);
}

async function reasonOf(scene: VerifyScene, world: World): Promise<string> {
  const done = await repairOnce(scene, world);
  return done.kind === "repair_refused" ? done.reason : done.kind;
}

Deno.test("repair() closes the shard, overwrites nothing, and says so when no guard answers", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  const { redis: { redis }, keys } = world;
  await scene.fill(4);
  await redis.zincrby(keys.tally, 1, "ada");
  assertEquals((await repairOnce(scene, world)).kind, "no_guard");
  assertEquals(await redis.exists(keys.meta), 0);
  assertEquals(await redis.zscore(keys.tally, "ada"), "3");
});

Deno.test("repair() waits for the guard's new epoch and verifies again", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  await world.redis.redis.zadd(world.keys.tally, 9, "ghost");
  const readShard = createReadShardScript(world.redis, world.keys);
  const repairing = repairOnce(scene, world, 60_000);
  await waitFor(async () => !(await readShard()).isOpen, { what: "a closed shard" });
  await scene.restore();
  const done = await repairing;
  assert(done.kind === "restored");
  assertEquals([done.epoch, done.after.findings], [EPOCH + 1, []]);
});

Deno.test("repair() does nothing where nothing is wrong, or where a restore would mend nothing", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  assertEquals(await reasonOf(scene, world), "nothing_to_repair");
  await scene.pool.query("update vote_events set version = version + 1 where version = 1");
  assert((await reasonOf(scene, world)).includes("its totals are those of votes"));
  assertEquals((await createReadShardScript(world.redis, world.keys)()).isOpen, true);
});

Deno.test("repair() refuses when Postgres itself is wrong, whatever Redis says", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  await scene.pool.query("update votes set count = count + 1 where username = 'ada'");
  assert((await reasonOf(scene, world)).includes("Postgres itself is wrong"));
  assertEquals((await createReadShardScript(world.redis, world.keys)()).isOpen, true);
});

Deno.test("repair() never closes a shard because votes are under way", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  await scene.cast();
  assert((await reasonOf(scene, world)).includes("still under way"));
  assertEquals((await createReadShardScript(world.redis, world.keys)()).isOpen, true);
});

Deno.test("repair() refuses a shard that is closed, and one that was opened anew since it was compared", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  const { redis: { redis }, keys } = world;
  await scene.fill(4);
  await redis.zincrby(keys.tally, 1, "ada");
  const report = await scene.verify();
  await scene.keep();
  const options = {
    redis: world.redis,
    keys,
    pool: scene.pool,
    shard: 0,
    waitMsMax: 0,
    signal: new AbortController().signal,
    log: world.log,
  };
  const overtaken = await repair(options, report);
  assert(overtaken.kind === "repair_refused" && overtaken.reason.includes("compare again"));
  assertEquals((await createReadShardScript(world.redis, keys)()).epoch, EPOCH + 1);
  await redis.hset(keys.meta, "incarnation", "");
  assert((await reasonOf(scene, world)).includes("the shard is closed"));
});
