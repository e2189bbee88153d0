import { assert, assertEquals } from "@std/assert";
import { LAB_EPOCH, openVoteLab } from "../testing/vote_lab.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createReadRankingScript, createReadTotalsScript, type RankedName } from "./ranking_scripts.ts";

const NAMES = 20_000;
const PAGE = 500;

async function putTotals(
  { redis: { redis } }: World,
  { key, ranked }: { key: string; ranked: readonly RankedName[] },
): Promise<void> {
  for (let start = 0; start < ranked.length; start += 1000) {
    await redis.zadd(key, ...ranked.slice(start, start + 1000).flatMap(({ name, total }) => [total, name]));
  }
}

/** Many of the same total, as at an event where most names have a vote or two. */
function manyNames(): RankedName[] {
  return Array.from({ length: NAMES }, (_, index) => ({ name: `name ${index}`, total: index % 97 }));
}

function ranking({ redis, keys }: World) {
  const read = createReadRankingScript(redis, keys);
  return async (place: { after?: RankedName; countMax: number }) => {
    const outcome = await read({ after: place.after, countMax: place.countMax });
    assert(outcome.kind === "page");
    return outcome;
  };
}

Deno.test("readTotals() gives the totals asked for, in order, also twice the same, and none of none", async () => {
  await using lab = await openVoteLab();
  const read = createReadTotalsScript(lab.world.redis, lab.world.keys);
  await lab.cast({ names: ["bob", "ada"], counts: [3, 4] });
  assertEquals(await read(["ada", "nobody", "bob", "ada"]), { kind: "totals", totals: [4, 0, 3, 4] });
  assertEquals(await read([]), { kind: "totals", totals: [] });
  await lab.world.redis.redis.zadd(lab.world.keys.tally, String(2 ** 52), "all");
  assertEquals(await read(["all"]), { kind: "totals", totals: [2 ** 52] });
});

Deno.test("readRanking() brings each of 20,000 names once, the highest first, in an order that stays the same", async () => {
  await using world = await createWorld();
  await world.openShard(LAB_EPOCH);
  await putTotals(world, { key: world.keys.tally, ranked: manyNames() });
  const read = ranking(world);

  async function walk(): Promise<RankedName[]> {
    const found: RankedName[] = [];
    for (let page = 0; page <= NAMES / PAGE; page++) {
      const last = found.at(-1);
      const { ranked, beforeCount, nameCount } = await read({
        countMax: PAGE,
        ...(last ? { after: last } : {}),
      });
      assertEquals([beforeCount, nameCount], [found.length, NAMES]);
      found.push(...ranked);
    }
    return found;
  }
  const found = await walk();
  assertEquals(new Set(found.map(({ name }) => name)).size, NAMES);
  assertEquals(found.length, NAMES);
  assert(found.every(({ total }, index) => index === 0 || total <= (found[index - 1]?.total ?? 0)));
  assertEquals(await walk(), found);
});

Deno.test("readRanking() goes on behind a name wherever it is by now, and where it is gone passes over none of its total", async () => {
  await using world = await createWorld();
  await world.openShard(LAB_EPOCH);
  const totals: [string, number][] = [["a", 9], ["b", 5], ["c", 5], ["d", 5], ["e", 1]];
  await putTotals(world, { key: world.keys.tally, ranked: totals.map(([name, total]) => ({ name, total })) });
  const read = ranking(world);
  const namesAfter = async (after: RankedName) =>
    (await read({ after, countMax: 9 })).ranked.map(({ name }) => name);
  assertEquals(await namesAfter({ name: "c", total: 5 }), ["b", "e"]);
  // It has risen since, or its cursor is another's invention: the name counts, not the total.
  assertEquals(await namesAfter({ name: "c", total: 77 }), ["b", "e"]);
  await world.redis.redis.zrem(world.keys.tally, "c");
  assertEquals(await namesAfter({ name: "c", total: 5 }), ["d", "b", "e"]);
  assertEquals(await namesAfter({ name: "gone", total: 100 }), ["a", "d", "b", "e"]);
  assertEquals(await namesAfter({ name: "gone", total: 0 }), []);
  assertEquals(await namesAfter({ name: "e", total: 1 }), []);
});

Deno.test("readTotals() and readRanking() give what is published while results are frozen", async () => {
  await using lab = await openVoteLab();
  const { world } = lab;
  await lab.cast({ names: ["ada"], counts: [3] });
  await world.redis.redis.hset(world.keys.meta, "results", "frozen");
  const read = ranking(world);
  assertEquals(await read({ countMax: 5 }), { kind: "page", ranked: [], beforeCount: 0, nameCount: 0 });
  await world.redis.redis.zadd(world.keys.frozen, 2, "bob");
  await lab.cast({ names: ["ada"], counts: [5] });
  assertEquals((await read({ countMax: 5 })).ranked, [{ name: "bob", total: 2 }]);
  const readTotals = createReadTotalsScript(world.redis, world.keys);
  assertEquals(await readTotals(["ada", "bob"]), { kind: "totals", totals: [0, 2] });
});

Deno.test("readTotals() and readRanking() know a shard that is closed, and one of another process", async () => {
  await using world = await createWorld();
  const readTotals = createReadTotalsScript(world.redis, world.keys);
  const readRanking = createReadRankingScript(world.redis, world.keys);
  const both = async () => [
    (await readTotals(["ada"])).kind,
    (await readRanking({ after: undefined, countMax: 1 })).kind,
  ];
  assertEquals(await both(), ["not_ready", "not_ready"]);
  await world.openShard(LAB_EPOCH);
  assertEquals(await both(), ["totals", "page"]);
  await world.redis.redis.hset(world.keys.meta, "incarnation", "0".repeat(40));
  assertEquals(await both(), ["not_ready", "not_ready"]);
});
