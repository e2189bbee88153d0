import { assert, assertEquals } from "@std/assert";
import { dumpKeys } from "../testing/dump_keys.ts";
import { createVoteLab } from "../testing/vote_lab.ts";
import { createWorld, type World } from "../testing/world.ts";
import { parsePoll } from "./poll_scripts.ts";
import {
  createGuardScripts,
  createReadShardScript,
  type GuardScripts,
  type ShardState,
} from "./shard_scripts.ts";
import { createReadTotalScript } from "./total_script.ts";

const EPOCH = 1_764_000_000_000;
const NEXT_EPOCH = EPOCH + 5000;

interface ShardLab extends AsyncDisposable {
  readonly world: World;
  readonly guard: GuardScripts;
  read(): Promise<ShardState>;
  open(input: { claimId: string; epoch?: number; restored?: boolean }): Promise<boolean>;
  /** Everything but `meta` and `claim`. */
  content(): Promise<unknown>;
}

async function createShardLab(): Promise<ShardLab> {
  const world = await createWorld();
  const guard = createGuardScripts(world.redis, world.keys);
  return {
    world,
    guard,
    read: createReadShardScript(world.redis, world.keys),
    open: ({ claimId, epoch = NEXT_EPOCH, restored = false }) =>
      guard.open({ incarnation: world.redis.incarnation(), claimId, epoch, restored }),
    async content() {
      const { [world.keys.meta]: _meta, [world.keys.claim]: _claim, ...rest } = await dumpKeys(
        world.redis,
        world.name,
      );
      return rest;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** A shard that has been open under EPOCH, with a vote in it. */
async function fillShard({ world }: ShardLab): Promise<void> {
  const { redis: { redis }, keys } = world;
  await world.openShard(EPOCH);
  const lab = createVoteLab(world.redis, { prefix: world.name });
  await lab.putTicket({ uses: 5 });
  assertEquals((await lab.cast({ names: ["ada"], counts: [3], requestId: "r" })).kind, "accepted");
  await redis.zadd(keys.tickets, 7000, 7000);
  await redis.sadd(keys.carried, "vote-1", "vote-2");
  await redis.set(keys.relayLease, "relay-1");
}

Deno.test("claim script closes the shard and leaves everything else as it is", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  const { keys, redis: { redis } } = lab.world;
  const before = await lab.content();
  assert((await lab.read()).isOpen);
  await lab.guard.claim("claim-1");
  const { isOpen, epoch } = await lab.read();
  assertEquals([isOpen, epoch], [false, EPOCH]);
  assertEquals(await createReadTotalScript(lab.world.redis, keys)("ada"), { kind: "not_ready" });
  assertEquals([await redis.get(keys.claim), await redis.pttl(keys.claim)], ["claim-1", -1]);
  assertEquals(await lab.content(), before);
});

Deno.test("claim script makes no meta where there was none, and drops what another restore had loaded", async () => {
  await using lab = await createShardLab();
  const { keys, redis: { redis } } = lab.world;
  await lab.guard.claim("claim-1");
  assertEquals(await redis.exists(keys.meta), 0);
  await lab.guard.loadTally({
    incarnation: lab.world.redis.incarnation(),
    claimId: "claim-1",
    totals: [["half", "7"]],
  });
  await lab.guard.claim("claim-2");
  assertEquals(await redis.exists(keys.tallyLoading), 0);
});

Deno.test("a later claim wins: the earlier guard can neither load nor open, and changes nothing", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  await lab.guard.claim("early");
  await lab.guard.claim("late");
  const before = await dumpKeys(lab.world.redis, lab.world.name);
  assertEquals(
    await lab.guard.loadTally({
      incarnation: lab.world.redis.incarnation(),
      claimId: "early",
      totals: [["ada", "1"]],
    }),
    false,
  );
  assertEquals(await lab.open({ claimId: "early", restored: true }), false);
  assertEquals(await lab.open({ claimId: "early" }), false);
  assertEquals(await dumpKeys(lab.world.redis, lab.world.name), before);
  assertEquals(await lab.open({ claimId: "late" }), true);
  const opened = await dumpKeys(lab.world.redis, lab.world.name);
  assertEquals(await lab.open({ claimId: "late" }), false, "a claim opens once");
  assertEquals(
    await lab.guard.loadTally({
      incarnation: lab.world.redis.incarnation(),
      claimId: "late",
      totals: [["ada", "1"]],
    }),
    false,
  );
  assertEquals(await dumpKeys(lab.world.redis, lab.world.name), opened);
});

Deno.test("a flush removes the claim: a guard that slept through it opens nothing", async () => {
  await using lab = await createShardLab();
  const { redis, name } = lab.world;
  await lab.guard.claim("claim-1");
  // Of this world's keys alone: FLUSHALL would take the other tests' with it.
  await redis.redis.unlink(...await redis.redis.keys(`${name}:*`));
  assertEquals(
    await lab.guard.loadTally({
      incarnation: lab.world.redis.incarnation(),
      claimId: "claim-1",
      totals: [["ada", "1"]],
    }),
    false,
  );
  assertEquals(await lab.open({ claimId: "claim-1", restored: true }), false);
  assertEquals(await dumpKeys(redis, name), {});
});

Deno.test("open script keeps tally and carried, drops tickets, and leaves the outbox alone", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  const { keys, redis: { redis } } = lab.world;
  const { [keys.tickets]: _tickets, ...before } = await lab.content() as Record<string, unknown>;
  await lab.guard.claim("claim-1");
  assertEquals(await lab.open({ claimId: "claim-1" }), true);
  assertEquals(await lab.content(), before);
  assertEquals({ ...await redis.hgetall(keys.meta) }, {
    epoch: String(NEXT_EPOCH),
    incarnation: lab.world.redis.incarnation(),
    newest_opens_at: "-1",
  });
  assertEquals(await redis.exists(keys.claim), 0);
});

Deno.test("open script puts what was loaded in the tally's place, clears carried, and leaves the outbox alone", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  const { keys, redis: { redis } } = lab.world;
  const outbox = (await dumpKeys(lab.world.redis, lab.world.name))[keys.outbox];
  await lab.guard.claim("claim-1");
  const totals = Array.from(
    { length: 1000 },
    (_, index): [string, string] => [`name ${index}`, String(index)],
  );
  const huge = String(Number.MAX_SAFE_INTEGER);
  assertEquals(
    await lab.guard.loadTally({ incarnation: lab.world.redis.incarnation(), claimId: "claim-1", totals }),
    true,
  );
  assertEquals(
    await lab.guard.loadTally({ incarnation: lab.world.redis.incarnation(), claimId: "claim-1", totals }),
    true,
    "twice is a no-op",
  );
  assertEquals(
    await lab.guard.loadTally({
      incarnation: lab.world.redis.incarnation(),
      claimId: "claim-1",
      totals: [["huge", huge], ["-", "-7"]],
    }),
    true,
  );
  assertEquals(await redis.zscore(keys.tally, "ada"), "3", "not before it opens");
  assertEquals(await lab.open({ claimId: "claim-1", restored: true }), true);
  assertEquals(await redis.zcard(keys.tally), 1002);
  assertEquals(await redis.zmscore(keys.tally, "ada", "name 999", "huge", "-"), [null, "999", huge, "-7"]);
  assertEquals(await redis.exists(keys.carried, keys.tallyLoading, keys.claim, keys.tickets), 0);
  assertEquals((await dumpKeys(lab.world.redis, lab.world.name))[keys.outbox], outbox);
});

Deno.test("open script restores to nothing where nothing was loaded", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  const { keys, redis } = lab.world;
  await lab.guard.claim("claim-1");
  assertEquals(await lab.open({ claimId: "claim-1", restored: true }), true);
  assertEquals(await redis.redis.exists(keys.tally, keys.carried), 0);
  assertEquals(await createReadTotalScript(redis, keys)("ada"), { kind: "total", total: 0 });
});

Deno.test("loadTally() and open() do nothing on a Redis process other than the one that was claimed", async () => {
  await using lab = await createShardLab();
  await lab.guard.claim("claim-1");
  const before = await dumpKeys(lab.world.redis, lab.world.name);
  // A promoted replica holds the claim, and as much of the load as had reached it.
  const other = { incarnation: "0".repeat(40), claimId: "claim-1" };
  assertEquals(await lab.guard.loadTally({ ...other, totals: [["ada", "1"]] }), false);
  assertEquals(await lab.guard.open({ ...other, epoch: NEXT_EPOCH, restored: true }), false);
  assertEquals(await dumpKeys(lab.world.redis, lab.world.name), before);
});

Deno.test("read_shard script reads a shard that never was", async () => {
  await using lab = await createShardLab();
  const { timeMs, ...state } = await lab.read();
  assertEquals(state, {
    isOpen: false,
    epoch: undefined,
    newestOpensAt: undefined,
    last: undefined,
    carriedCount: 0,
    poll: parsePoll([]),
  });
  const [seconds] = await lab.world.redis.redis.time() as [number, number];
  assert(Math.abs(timeMs - Number(seconds) * 1000) < 60_000, "Redis's time in ms");
});

Deno.test("read_shard script reads an open and a closed shard, and the end of a trimmed outbox", async () => {
  await using lab = await createShardLab();
  await fillShard(lab);
  const { keys, redis: { redis } } = lab.world;
  const read = async () => {
    const { timeMs: _timeMs, ...state } = await lab.read();
    return state;
  };
  const open = {
    isOpen: true,
    epoch: EPOCH,
    newestOpensAt: -1,
    last: { epoch: EPOCH, version: 0 },
    carriedCount: 2,
    poll: parsePoll([]),
  };
  assertEquals(await read(), open);
  await redis.xtrim(keys.outbox, "MAXLEN", "=", 0);
  assertEquals(
    [await redis.xlen(keys.outbox), await read()],
    [0, open],
    "an emptied stream keeps its last id",
  );
  await redis.hset(keys.meta, "newest_opens_at", EPOCH + 7);
  await lab.guard.claim("claim-1");
  assertEquals(await read(), { ...open, isOpen: false, newestOpensAt: EPOCH + 7 });
});

Deno.test("read_total script reads totals of any size, 0 for a name never voted for", async () => {
  await using lab = await createShardLab();
  const { keys, redis } = lab.world;
  const read = createReadTotalScript(redis, keys);
  assertEquals(await read("ada"), { kind: "not_ready" });
  await fillShard(lab);
  await redis.redis.zadd(keys.tally, 2 ** 40, "huge", -7, "owed");
  assertEquals(await read("ada"), { kind: "total", total: 3 });
  assertEquals(await read("nobody"), { kind: "total", total: 0 });
  assertEquals(await read("huge"), { kind: "total", total: 2 ** 40 });
  assertEquals(await read("owed"), { kind: "total", total: -7 });
});
