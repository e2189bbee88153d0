import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../testing/wait_for.ts";
import { LAB_EPOCH } from "../testing/vote_lab.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createStoredScripts, type StoredInRedis } from "./stored_scripts.ts";

async function openScripts(world: World) {
  await world.openShard(LAB_EPOCH);
  const scripts = createStoredScripts(world.redis, world.keys);
  async function read(): Promise<StoredInRedis> {
    const seen = await scripts.read();
    assert(seen);
    return seen;
  }
  return { ...scripts, read };
}

const MARKS = new Map([[LAB_EPOCH, 12], [LAB_EPOCH - 1, 0]]);

Deno.test("publishStored() says whole what is true now: marks may fall, and epochs go", async () => {
  await using world = await createWorld();
  const { read, publish } = await openScripts(world);
  const first = await read();
  assertEquals(first, {
    epoch: LAB_EPOCH,
    incarnation: world.redis.incarnation(),
    marks: new Map(),
    basis: "",
  });
  assert(await publish({ marks: MARKS, basis: "one", seen: first, lifeMs: 60_000 }));
  const second = await read();
  assertEquals([second.marks, second.basis], [MARKS, "one"]);
  assert(await publish({ marks: new Map([[LAB_EPOCH, 3]]), basis: "two", seen: second, lifeMs: 60_000 }));
  assertEquals((await read()).marks, new Map([[LAB_EPOCH, 3]]));
});

Deno.test("publishStored() refuses a guard that has not seen another's last word", async () => {
  await using world = await createWorld();
  const { read, publish } = await openScripts(world);
  const [late, early] = [await read(), await read()];
  assert(await publish({ marks: new Map(), basis: "early", seen: early, lifeMs: 60_000 }));
  assertEquals(await publish({ marks: MARKS, basis: "late", seen: late, lifeMs: 60_000 }), false);
  assertEquals((await read()).marks, new Map());
});

Deno.test("publishStored() says nothing of a shard that is closed, of another epoch, or of another process", async () => {
  await using world = await createWorld();
  const { read, publish } = await openScripts(world);
  const seen = await read();
  const word = { marks: MARKS, basis: "one", lifeMs: 60_000 };
  assertEquals(await publish({ ...word, seen: { ...seen, incarnation: "0".repeat(40) } }), false);
  await world.openShard(LAB_EPOCH + 1);
  assertEquals(await publish({ ...word, seen }), false);
  await world.redis.redis.hset(world.keys.meta, "incarnation", "");
  assertEquals(await publish({ ...word, seen: { ...seen, epoch: LAB_EPOCH + 1 } }), false);
  assertEquals(await createStoredScripts(world.redis, world.keys).read(), undefined);
  assertEquals(await world.redis.redis.exists(world.keys.stored), 0);
});

Deno.test("publishStored() is forgotten when it is not said again", async () => {
  await using world = await createWorld();
  const { read, publish } = await openScripts(world);
  assert(await publish({ marks: MARKS, basis: "one", seen: await read(), lifeMs: 60_000 }));
  const leftMs = await world.redis.redis.pttl(world.keys.stored);
  assert(leftMs > 0 && leftMs <= 60_000, `${leftMs}`);
  assert(await publish({ marks: MARKS, basis: "one", seen: await read(), lifeMs: 1 }));
  await waitFor(async () => (await read()).basis === "", { what: "the end of the word" });
});
