import { assert, assertEquals } from "@std/assert";
import { dumpKeys } from "../testing/dump_keys.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createRedisClient } from "./client.ts";
import {
  createMintScript,
  createOpenTicketScript,
  type MintInput,
  type MintOutcome,
  type OpenTicketOutcome,
  TICKET_KEEP_AFTER_MS,
} from "./ticket_scripts.ts";

const EPOCH = 1_764_000_000_000;
const INTERVAL_MS = 1000;
/** So long that no test outlives a ticket. */
const LIFETIME_MS = 600_000;

interface TicketLab extends AsyncDisposable {
  readonly world: World;
  /** Start of the interval that Redis is in. */
  readonly slot: number;
  mint(input?: Partial<MintInput>): Promise<MintOutcome>;
  open(): Promise<OpenTicketOutcome>;
  state(): Promise<unknown>;
}

async function openLab(): Promise<TicketLab> {
  const world = await createWorld();
  await world.openShard(EPOCH);
  const mint = createMintScript(world.redis, world.keys);
  const [seconds] = await world.redis.redis.time() as [number, number];
  const slot = Number(seconds) * 1000;
  return {
    world,
    slot,
    mint: (input = {}) => mint({ ...mintInput(slot), ...input }),
    open: createOpenTicketScript(world.redis, world.keys),
    state: () => dumpKeys(world.redis, world.name),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function signed(opensAt: number) {
  return { text: `ticket of ${opensAt}`, opensAt };
}

function mintInput(current: number): MintInput {
  return {
    epoch: EPOCH,
    current: signed(current),
    next: signed(current + INTERVAL_MS),
    uses: 100,
    lifetimeMs: LIFETIME_MS,
  };
}

Deno.test("mint script writes the current and the next ticket, their expiry, the index and newest_opens_at", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  assertEquals(await lab.mint(), { kind: "minted", count: 2 });
  for (const opensAt of [slot, slot + INTERVAL_MS]) {
    const key = keys.ticket({ epoch: EPOCH, opensAt });
    const expiresAt = opensAt + LIFETIME_MS;
    assertEquals({ ...await redis.hgetall(key) }, {
      ticket: `ticket of ${opensAt}`,
      uses_left: "100",
      opens_at: String(opensAt),
      expires_at: String(expiresAt),
    });
    assertEquals(await redis.pexpiretime(key), expiresAt + TICKET_KEEP_AFTER_MS);
  }
  assertEquals(await redis.zrange(keys.tickets, 0, "-1", "WITHSCORES"), [
    String(slot),
    String(slot),
    String(slot + INTERVAL_MS),
    String(slot + INTERVAL_MS),
  ]);
  assertEquals(await redis.hget(keys.meta, "newest_opens_at"), String(slot + INTERVAL_MS));
});

Deno.test("mint script does nothing the second time, even with other settings", async () => {
  await using lab = await openLab();
  await lab.mint();
  const before = await lab.state();
  assertEquals(await lab.mint(), { kind: "minted", count: 0 });
  assertEquals(await lab.mint({ uses: 5, lifetimeMs: LIFETIME_MS * 2 }), { kind: "minted", count: 0 });
  assertEquals(await lab.state(), before);
});

Deno.test("mint script lets two rotators work side by side: each ticket is written once", async () => {
  await using lab = await openLab();
  const { world, slot } = lab;
  const second = createRedisClient({ url: world.addresses.redisUrl, log: world.log });
  world.defer(() => second.close());
  await second.whenConnected(AbortSignal.timeout(10_000));
  const other = createMintScript(second, world.keys);
  const slots = Array.from({ length: 30 }, (_, index) => slot + index * INTERVAL_MS);
  const outcomes = await Promise.all(
    slots.flatMap((each) => [lab.mint(mintInput(each)), other(mintInput(each))]),
  );
  const counts = outcomes.map((outcome) => outcome.kind === "minted" ? outcome.count : NaN);
  assertEquals(counts.reduce((sum, count) => sum + count), slots.length + 1);
  assertEquals(await world.redis.redis.zcard(world.keys.tickets), slots.length + 1);
});

Deno.test("mint script never gives a spent ticket its uses again, not even one that is gone", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  await lab.mint();
  const key = keys.ticket({ epoch: EPOCH, opensAt: slot });
  await redis.hset(key, "uses_left", 0);
  assertEquals(await lab.mint(), { kind: "minted", count: 0 });
  assertEquals(await redis.hget(key, "uses_left"), "0");
  await redis.del(key, keys.tickets);
  assertEquals(await lab.mint(), { kind: "minted", count: 0 }, "a rotator that slept");
  assertEquals(
    await lab.mint(mintInput(slot - 5 * INTERVAL_MS)),
    { kind: "minted", count: 0 },
    "a clock that went back",
  );
  assertEquals(await redis.exists(key), 0);
  assertEquals(
    await lab.mint(mintInput(slot + INTERVAL_MS)),
    { kind: "minted", count: 1 },
    "only what is newer",
  );
});

Deno.test("mint script writes nothing for a stale epoch or a closed shard", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys } } = lab;
  const closings: (() => Promise<unknown>)[] = [
    () => redis.hset(keys.meta, "incarnation", "0".repeat(40)),
    () => redis.hset(keys.meta, "incarnation", ""),
    () => redis.del(keys.meta),
  ];
  const before = await lab.state();
  for (const epoch of [EPOCH - 1, EPOCH + 1]) assertEquals(await lab.mint({ epoch }), { kind: "stale" });
  assertEquals(await lab.state(), before);
  for (const close of closings) {
    await close();
    const closed = await lab.state();
    assertEquals(await lab.mint(), { kind: "not_ready" });
    assertEquals(await lab.state(), closed);
  }
});

Deno.test("mint script writes no ticket whose time is over", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  const over = slot - LIFETIME_MS;
  assertEquals(await lab.mint({ current: signed(over) }), { kind: "minted", count: 1 });
  assertEquals(await redis.exists(keys.ticket({ epoch: EPOCH, opensAt: over })), 0);
  assertEquals(await redis.zrange(keys.tickets, 0, "-1"), [String(slot + INTERVAL_MS)]);
  const bothOver = { current: signed(over), next: signed(over - INTERVAL_MS) };
  const before = await lab.state();
  assertEquals(await lab.mint(bothOver), { kind: "minted", count: 0 });
  assertEquals(await lab.state(), before, "and newest_opens_at is not lowered");
});

Deno.test("mint script drops from the index what is expired for longer than its key is kept", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  const gone = slot - LIFETIME_MS - TICKET_KEEP_AFTER_MS;
  const kept = gone + 300_000;
  await redis.zadd(keys.tickets, gone - INTERVAL_MS, gone - INTERVAL_MS, gone, gone, kept, kept);
  await lab.mint();
  assertEquals((await redis.zrange(keys.tickets, 0, "-1")).map(Number), [kept, slot, slot + INTERVAL_MS]);
});

Deno.test("mint script keeps every digit of the greatest times", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys } } = lab;
  const opensAt = 9_007_199_254_000_000;
  const late = { current: signed(opensAt), next: signed(opensAt + 1), lifetimeMs: 2000 };
  assertEquals(await lab.mint(late), { kind: "minted", count: 2 });
  assertEquals(await redis.hget(keys.meta, "newest_opens_at"), String(opensAt + 1));
  assertEquals(
    await redis.hget(keys.ticket({ epoch: EPOCH, opensAt }), "expires_at"),
    String(opensAt + 2000),
  );
});

Deno.test("open_ticket script hands out the newest ticket that is open", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  await lab.mint({ current: signed(slot - 1000), next: signed(slot) });
  await lab.mint({ current: signed(slot), next: signed(slot + 300_000) });
  await redis.hset(keys.ticket({ epoch: EPOCH, opensAt: slot }), "uses_left", 42);
  assertEquals(await lab.open(), {
    kind: "open",
    ticket: `ticket of ${slot}`,
    expiresAt: slot + LIFETIME_MS,
    usesLeft: 42,
  });
});

Deno.test("open_ticket script also hands out one that is used up: its voters learn so from its uses", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  await lab.mint({ next: signed(slot + 300_000) });
  await redis.hset(keys.ticket({ epoch: EPOCH, opensAt: slot }), "uses_left", 0);
  const outcome = await lab.open();
  assert(outcome.kind === "open" && outcome.usesLeft === 0);
});

Deno.test("open_ticket script finds none where none is open", async () => {
  await using lab = await openLab();
  const { world: { redis: { redis }, keys }, slot } = lab;
  assertEquals(await lab.open(), { kind: "none" }, "nothing minted");
  await lab.mint({ current: signed(slot + 200_000), next: signed(slot + 300_000) });
  assertEquals(await lab.open(), { kind: "none" }, "all to come");
  await redis.zadd(keys.tickets, slot - 5000, slot - 5000);
  assertEquals(await lab.open(), { kind: "none" }, "its key is gone");
  await redis.hset(keys.ticket({ epoch: EPOCH, opensAt: slot - 5000 }), {
    ticket: "text",
    uses_left: 5,
    opens_at: slot - 5000,
    expires_at: slot - 3000,
  });
  assertEquals(await lab.open(), { kind: "none" }, "its time is over");
});

Deno.test("open_ticket script knows no ticket of an older epoch, and nothing while the shard is closed", async () => {
  await using lab = await openLab();
  const { world } = lab;
  await lab.mint();
  assertEquals((await lab.open()).kind, "open");
  await world.openShard(EPOCH + 1);
  assertEquals(await lab.open(), { kind: "none" });
  await world.redis.redis.hset(world.keys.meta, "incarnation", "");
  assertEquals(await lab.open(), { kind: "not_ready" });
  await world.redis.redis.del(world.keys.meta);
  assertEquals(await lab.open(), { kind: "not_ready" });
});
