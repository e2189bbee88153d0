import { assert, assertEquals } from "@std/assert";
import { dumpKeys } from "../testing/dump_keys.ts";
import { EPOCH } from "../testing/votes.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { PollSwitch } from "./poll_scripts.ts";
import { createGuardScripts } from "./shard_scripts.ts";

async function openShard() {
  const world = await createWorld();
  await world.openShard(EPOCH);
  const guard = createGuardScripts(world.redis, world.keys);
  const seen = async () => (await guard.readShard()).poll;
  return {
    world,
    guard,
    seen,
    /** On the open shard, as it is; closed, live, any. */
    async switchTo(change: Partial<PollSwitch> = {}, to: Partial<PollSwitch["to"]> = {}) {
      return await guard.poll.switchTo({
        incarnation: world.redis.incarnation(),
        on: { epoch: EPOCH },
        seen: await seen(),
        candidates: undefined,
        frozen: undefined,
        ...change,
        to: {
          revision: crypto.randomUUID(),
          voting: "closed",
          results: "live",
          frozenRevision: undefined,
          candidatesDigest: undefined,
          ...to,
        },
      });
    },
    state: () => dumpKeys(world.redis, world.name),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** As an hour ago. */
async function ageSince({ redis: { redis }, keys }: World): Promise<number> {
  const since = Number(await redis.hget(keys.meta, "voting_since")) - 3_600_000;
  await redis.hset(keys.meta, "voting_since", String(since));
  return since;
}

Deno.test("switch_poll script switches nothing for another epoch, process, claim, or what was not seen", async () => {
  await using shard = await openShard();
  await shard.switchTo({}, { revision: "first", candidatesDigest: "d1" });
  const before = await shard.state();
  const now = await shard.seen();
  const wrong: Partial<PollSwitch>[] = [
    { on: { epoch: EPOCH + 1 } },
    { on: { claimId: "never claimed" } },
    { incarnation: "0".repeat(40) },
    { seen: { ...now, revision: "another" } },
    { seen: { ...now, revision: undefined } },
    { seen: { ...now, candidatesDigest: "d2" } },
  ];
  for (const change of wrong) assertEquals(await shard.switchTo(change), undefined, JSON.stringify(change));
  assertEquals(await shard.state(), before);
});

Deno.test("switch_poll script switches nothing when a part of what was loaded is gone", async () => {
  await using shard = await openShard();
  await shard.guard.poll.loadCandidates("load", ["ada", "bob"]);
  await shard.guard.poll.loadFrozen("load", [["ada", "1"]]);
  const candidates = { loadId: "load", count: 2 };
  const frozen = { loadId: "load", count: 1 };
  const before = await shard.state();
  const to = { results: "frozen", frozenRevision: "f", candidatesDigest: "d" } as const;
  for (
    const change of [
      { candidates: { ...candidates, count: 3 }, frozen },
      { candidates, frozen: { ...frozen, count: 2 } },
      { candidates: { ...candidates, loadId: "expired" }, frozen },
    ]
  ) assertEquals(await shard.switchTo(change, to), undefined);
  assertEquals(Object.keys(await shard.state() as object), Object.keys(before as object));
  assert(await shard.switchTo({ candidates, frozen }, to));
  const { redis: { redis }, keys } = shard.world;
  assertEquals((await redis.smembers(keys.candidates)).sort(), ["ada", "bob"]);
  assertEquals(await redis.zrange(keys.frozen, 0, "-1", "WITHSCORES"), ["ada", "1"]);
  // What was loaded would have gone by itself.
  assertEquals([await redis.pttl(keys.candidates), await redis.pttl(keys.frozen)], [-1, -1]);
});

Deno.test("switch_poll script says since when voting is what it is, through changes of anything else", async () => {
  await using shard = await openShard();
  const closed = await shard.switchTo();
  assert(closed !== undefined && closed > 0);
  const since = await ageSince(shard.world);
  assertEquals(await shard.switchTo(), since);
  assertEquals(await shard.switchTo({}, { candidatesDigest: "d" }), since);
  assert((await shard.switchTo({}, { voting: "open" }) ?? 0) > since);
  assert((await shard.switchTo() ?? 0) > since);
});

Deno.test("switch_poll script trusts the time of a close on a claimed shard only where its revision is the same", async () => {
  await using shard = await openShard();
  const { guard, world: { redis: { redis }, keys } } = shard;
  await shard.switchTo({}, { revision: "first" });
  const since = await ageSince(shard.world);
  const claimId = crypto.randomUUID();
  await guard.claim(claimId);
  assertEquals(await shard.switchTo({ on: { claimId } }, { revision: "first" }), since);
  // An older copy that was closed says nothing of an open in between.
  assert((await shard.switchTo({ on: { claimId } }, { revision: "second" }) ?? 0) > since);
  assertEquals((await guard.readShard()).isOpen, false);
  await redis.del(keys.meta);
  assert((await shard.switchTo({ on: { claimId } }, { revision: "second" }) ?? 0) > since);
  assertEquals((await guard.readShard()).isOpen, false, "fields of the poll alone open nothing");
});

Deno.test("readFrozen() reads more totals than one portion holds, and none of another process", async () => {
  await using shard = await openShard();
  const { redis, keys } = shard.world;
  const totals = Array.from(
    { length: 2500 },
    (_, index): [string, string] => [`name ${index}`, String(index)],
  );
  for (let start = 0; start < totals.length; start += 500) {
    await redis.redis.zadd(
      keys.frozen,
      ...totals.slice(start, start + 500).flatMap(([name, total]) => [total, name]),
    );
  }
  const read = await shard.guard.poll.readFrozen(redis.incarnation());
  assertEquals(read?.toSorted(), totals.toSorted());
  assertEquals(await shard.guard.poll.readFrozen("0".repeat(40)), undefined);
});
