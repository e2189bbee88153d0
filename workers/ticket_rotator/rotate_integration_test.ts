import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createRedisClient } from "../../shared/redis/client.ts";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import { createMintScript, createOpenTicketScript } from "../../shared/redis/ticket_scripts.ts";
import { testKeyRing } from "../../shared/testing/ticket_keys.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createTicketSigner } from "../../shared/ticket/signer.ts";
import { createRotator, type Rotator } from "./rotate.ts";

const EPOCH = 5000;
/** Long, so that no test meets the end of a slot. */
const INTERVAL_MS = 3_600_000;

/** A rotator on a connection of its own, as another process has one. */
async function startRotator(
  world: World,
  { intervalMs = INTERVAL_MS, uses = 10, whenRead = () => Promise.resolve() }: {
    intervalMs?: number;
    uses?: number;
    /** What happens between a rotator's look and its mint. */
    whenRead?: () => Promise<unknown>;
  } = {},
): Promise<Rotator> {
  const redis = createRedisClient({ url: world.addresses.redisUrl, log: world.log });
  world.defer(() => redis.close());
  await redis.whenConnected(AbortSignal.timeout(10_000));
  const readShard = createReadShardScript(redis, world.keys);
  return createRotator({
    shard: 0,
    intervalMs,
    lifetimeMs: 2 * intervalMs,
    uses,
    async readShard() {
      const state = await readShard();
      await whenRead();
      return state;
    },
    mint: createMintScript(redis, world.keys),
    signer: createTicketSigner(testKeyRing()),
    log: world.log,
  });
}

/** Every ticket that Redis holds, by the time it opens. */
async function ticketsOf({ redis: { redis }, keys }: World): Promise<Record<string, string>[]> {
  const found = await redis.keys(`${keys.ticketBase}*`);
  const tickets = await Promise.all(found.map((key) => redis.hgetall(key)));
  return tickets.sort((a, b) => Number(a.opens_at) - Number(b.opens_at));
}

Deno.test("rotator.step() writes the open ticket and the one after it, and hands out the open one", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const rotator = await startRotator(world);
  await rotator.step();
  const [current, next, ...others] = await ticketsOf(world);
  assertEquals(others, []);
  assertEquals(Number(next?.opens_at) - Number(current?.opens_at), INTERVAL_MS);
  assertEquals(Number(current?.opens_at) % INTERVAL_MS, 0);
  const open = await createOpenTicketScript(world.redis, world.keys)();
  assert(open.kind === "open");
  assertEquals([open.ticket, open.usesLeft], [current?.ticket, 10]);
  assert(rotator.isReady());
});

Deno.test("two rotators at once write one set of tickets and never give a use back", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const rotators = await Promise.all([startRotator(world), startRotator(world)]);
  await Promise.all(rotators.map((rotator) => rotator.step()));
  const first = await ticketsOf(world);
  assertEquals(first.length, 2);

  for (const { opens_at } of first) {
    const key = world.keys.ticket({ epoch: EPOCH, opensAt: Number(opens_at) });
    await world.redis.redis.hincrby(key, "uses_left", -4);
  }
  await Promise.all(rotators.map((rotator) => rotator.step()));
  const fresh = await startRotator(world, { uses: 10 });
  await fresh.step();
  const byKey = new Map((await ticketsOf(world)).map((ticket) => [ticket.ticket, ticket.uses_left]));
  for (const { ticket } of first) assertEquals(byKey.get(ticket), "6");
});

Deno.test("a rotator that slept between its look and its mint gives no use back", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const quick = await startRotator(world);
  const slow = await startRotator(world, {
    async whenRead() {
      await quick.step();
      for (const { opens_at } of await ticketsOf(world)) {
        const key = world.keys.ticket({ epoch: EPOCH, opensAt: Number(opens_at) });
        await world.redis.redis.hset(key, "uses_left", "0");
      }
    },
  });
  await slow.step();
  const tickets = await ticketsOf(world);
  assert(tickets.length >= 2 && tickets.every(({ uses_left }) => uses_left === "0"));
});

Deno.test("a rotator that slept while another epoch opened mints nothing for the old one", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const slow = await startRotator(world, { whenRead: () => world.openShard(EPOCH + 1) });
  await slow.step();
  assertEquals(await ticketsOf(world), []);
  assert(!slow.isReady());
});

Deno.test("many rotators racing over many slots leave each slot one ticket with all its uses", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const rotators = await Promise.all([1, 2, 3].map(() => startRotator(world, { intervalMs: 50 })));
  await waitFor(async () => {
    await Promise.all(rotators.map((rotator) => rotator.step()));
    return await world.redis.redis.zcard(world.keys.tickets) >= 6;
  }, { what: "six slots" });
  const tickets = await ticketsOf(world);
  assertEquals(new Set(tickets.map(({ opens_at }) => opens_at)).size, tickets.length);
  assert(tickets.every(({ opens_at, uses_left }) => Number(opens_at) % 50 === 0 && uses_left === "10"));
});

Deno.test("rotator.step() mints anew for the next epoch and keeps no ticket of the old one in the index", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const rotator = await startRotator(world);
  await rotator.step();
  const readOpen = createOpenTicketScript(world.redis, world.keys);
  const before = await readOpen();
  await world.openShard(EPOCH + 1);
  assertEquals(await readOpen(), { kind: "none" });
  await rotator.step();
  const after = await readOpen();
  assert(before.kind === "open" && after.kind === "open");
  assertNotEquals(after.ticket, before.ticket);
  assertEquals(after.ticket.split(".")[2], String(EPOCH + 1));
});

Deno.test("rotator.step() waits while the shard is closed, and mints once it is open", async () => {
  await using world = await createWorld();
  const rotator = await startRotator(world);
  await rotator.step();
  assertEquals(await ticketsOf(world), []);
  assert(!rotator.isReady());
  await world.openShard(EPOCH);
  await rotator.step();
  assertEquals((await ticketsOf(world)).length, 2);
});
