/** What is shown live, read from real Redis at one moment. */
import { assertEquals } from "@std/assert";
import { createWorld, type World } from "../testing/world.ts";
import { createReadLiveScript, type LiveState } from "./live_script.ts";
import { createOpenTicketScript } from "./ticket_scripts.ts";

const EPOCH = 1_000;
const HOUR_MS = 3_600_000;

async function readLive({ redis, keys }: World, namesMax = 100): Promise<LiveState> {
  const outcome = await createReadLiveScript(redis, keys)(namesMax);
  if (outcome.kind !== "live") throw new Error("Read what is shown live: got not_ready");
  return outcome.state;
}

async function addTicket({ redis: { redis }, keys }: World, opensAt: number): Promise<void> {
  const key = keys.ticket({ epoch: EPOCH, opensAt });
  const fields = { ticket: `t${opensAt}`, uses_left: "7", opens_at: opensAt, expires_at: opensAt + HOUR_MS };
  await redis.hset(key, fields);
  await redis.zadd(keys.tickets, opensAt, String(opensAt));
}

Deno.test("readLive() shows an open shard without a vote and without a ticket", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { readAtMs, ...state } = await readLive(world);
  assertEquals(Number.isSafeInteger(readAtMs), true);
  assertEquals(state, {
    epoch: String(EPOCH),
    voting: "open",
    results: "live",
    voteCount: 0,
    candidateCount: 0,
    leaders: [],
    ticket: undefined,
  });
});

Deno.test("readLive() shows the highest totals, the highest first, and how many names there are", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  await world.redis.redis.zadd(world.keys.tally, 5, "Ada", 9, "Bo", 5, "Eve", 2 ** 53, "Zoë", 1, "Last");
  const { leaders, candidateCount } = await readLive(world, 4);
  assertEquals(leaders.map(({ name, total }) => [name, total]), [
    ["Zoë", 2 ** 53],
    ["Bo", 9],
    ["Eve", 5],
    ["Ada", 5],
  ]);
  assertEquals(candidateCount, 5);
  assertEquals((await readLive(world, 1)).leaders.length, 1);
});

Deno.test("readLive() shows the published totals while results are frozen, and counts votes on", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { keys, redis: { redis } } = world;
  await redis.zadd(keys.tally, 5, "Ada", 9, "Bo");
  await redis.zadd(keys.frozen, 3, "Ada");
  await redis.hset(keys.meta, { results: "frozen", voting: "closed" });
  await redis.xadd(keys.outbox, `${EPOCH}-41`, "vote", "{}", "at", "1");
  const state = await readLive(world);
  assertEquals(state.leaders, [{ name: "Ada", total: 3 }]);
  assertEquals([state.candidateCount, state.voteCount], [1, 42]);
  assertEquals([state.results, state.voting], ["frozen", "closed"]);
});

Deno.test("readLive() counts from 0 in a new epoch, and keeps the count of an outbox that was emptied", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { keys, redis: { redis } } = world;
  await redis.xadd(keys.outbox, `${EPOCH - 1}-7`, "vote", "{}", "at", "1");
  assertEquals((await readLive(world)).voteCount, 0);
  await redis.xadd(keys.outbox, `${EPOCH}-0`, "vote", "{}", "at", "1");
  await redis.xtrim(keys.outbox, "MAXLEN", 0);
  assertEquals((await readLive(world)).voteCount, 1);
});

Deno.test("readLive() finds the ticket that open_ticket.lua finds", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const findOpenTicket = createOpenTicketScript(world.redis, world.keys);
  const now = Date.now();
  // Over, open, open and newer, not open yet.
  for (const opensAt of [now - 2 * HOUR_MS, now - 2000, now - 1000, now + HOUR_MS]) {
    await addTicket(world, opensAt);
    const found = await findOpenTicket();
    const { kind, ...ticket } = found;
    assertEquals((await readLive(world)).ticket, kind === "open" ? ticket as unknown : undefined);
  }
  assertEquals((await readLive(world)).ticket?.ticket, `t${now - 1000}`);
});

Deno.test("readLive() shows nothing of a shard that is closed or was opened for another Redis", async () => {
  await using world = await createWorld();
  const read = createReadLiveScript(world.redis, world.keys);
  assertEquals(await read(10), { kind: "not_ready" });
  await world.openShard(EPOCH);
  await world.redis.redis.hset(world.keys.meta, { incarnation: "f".repeat(40) });
  assertEquals(await read(10), { kind: "not_ready" });
});
