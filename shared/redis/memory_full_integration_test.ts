/**
 * Redis without a byte to spare: votes are refused before anything is written, and everything that must go on goes on,
 * the drain of the outbox first of all. The memory limit is Redis's own, so it is put back whatever happens; tests run
 * one after another.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { dumpKeys } from "../testing/dump_keys.ts";
import { createVoteLab, LAB_EPOCH } from "../testing/vote_lab.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { RedisClient } from "./client.ts";
import { registerScript } from "./script.ts";
import { createGuardScripts, createReadShardScript } from "./shard_scripts.ts";
import { createMintScript, createOpenTicketScript } from "./ticket_scripts.ts";
import { createReadTotalScript } from "./total_script.ts";

/** Less than any Redis uses: every command that may need memory is refused from now on. */
const MEMORY_FULL_BYTES = 1;

async function fillMemory({ redis }: RedisClient): Promise<AsyncDisposable> {
  const [, limit = "0"] = await redis.config("GET", "maxmemory") as string[];
  await redis.config("SET", "maxmemory", MEMORY_FULL_BYTES);
  return { [Symbol.asyncDispose]: async () => void await redis.config("SET", "maxmemory", limit) };
}

async function openShardWithVote(world: World) {
  await world.openShard(LAB_EPOCH);
  const lab = createVoteLab(world.redis, { prefix: world.name });
  await lab.putTicket({ uses: 5 });
  assertEquals(await lab.cast({ requestId: "r" }), { kind: "accepted", totals: [1] });
  return lab;
}

Deno.test("with memory full a vote is refused as OVERLOADED, nothing is written, and votes flow again afterwards", async () => {
  await using world = await createWorld();
  const lab = await openShardWithVote(world);
  const before = await dumpKeys(world.redis, world.name);
  {
    await using _full = await fillMemory(world.redis);
    await assertRejects(() => world.redis.redis.set(world.keys.relayLease, "x"), Error, "OOM");
    assertEquals(await lab.cast({ requestId: "new" }), { kind: "refused", code: "OVERLOADED" });
    assertEquals(
      await lab.cast({ requestId: "r" }),
      { kind: "refused", code: "OVERLOADED" },
      "a repeat too, for now",
    );
    assertEquals(await dumpKeys(world.redis, world.name), before);
  }
  assertEquals(await lab.cast({ requestId: "r" }), { kind: "accepted", totals: [1] });
  assertEquals(await lab.cast({ requestId: "new" }), { kind: "accepted", totals: [2] });
});

Deno.test("with memory full the outbox drains", async () => {
  await using world = await createWorld();
  await openShardWithVote(world);
  const { redis: { redis }, keys } = world;
  {
    await using _full = await fillMemory(world.redis);
    assertEquals((await redis.xrange(keys.outbox, "-", "+")).map(([id]) => id), [`${LAB_EPOCH}-0`]);
    assertEquals(await redis.xtrim(keys.outbox, "MINID", "=", `${LAB_EPOCH}-1`), 1);
    assertEquals(await redis.xlen(keys.outbox), 0);
  }
  const { last } = await createReadShardScript(world.redis, keys)();
  assertEquals(last, { epoch: LAB_EPOCH, version: 0 });
});

Deno.test("with memory full the reading scripts answer", async () => {
  await using world = await createWorld();
  await openShardWithVote(world);
  await using _full = await fillMemory(world.redis);
  assertEquals(await createReadTotalScript(world.redis, world.keys)("ada"), { kind: "total", total: 1 });
  assertEquals(await createOpenTicketScript(world.redis, world.keys)(), { kind: "none" });
  assertEquals((await createReadShardScript(world.redis, world.keys)()).isOpen, true);
});

Deno.test("with memory full tickets are minted, and a guard can claim, load and open", async () => {
  await using world = await createWorld();
  await openShardWithVote(world);
  const { redis, keys } = world;
  await using _full = await fillMemory(redis);
  const [seconds] = await redis.redis.time() as [number, number];
  const opensAt = Number(seconds) * 1000;
  const minted = await createMintScript(redis, keys)({
    epoch: LAB_EPOCH,
    current: { text: "current", opensAt },
    next: { text: "next", opensAt: opensAt + 300_000 },
    uses: 5,
    lifetimeMs: 600_000,
  });
  assertEquals(minted, { kind: "minted", count: 2 });
  assertEquals((await createOpenTicketScript(redis, keys)()).kind, "open");

  const guard = createGuardScripts(redis, keys);
  await guard.claim("claim-1");
  const incarnation = redis.incarnation();
  assertEquals(await guard.loadTally({ incarnation, claimId: "claim-1", totals: [["ada", "41"]] }), true);
  assertEquals(
    await guard.open({ incarnation, claimId: "claim-1", epoch: LAB_EPOCH + 1, restored: true }),
    true,
  );
  assertEquals(await createReadTotalScript(redis, keys)("ada"), { kind: "total", total: 41 });
});

Deno.test("with memory full the relay's lease is refused and left as it was: the relay goes on without", async () => {
  await using world = await createWorld();
  const { redis, keys } = world;
  const lua = Deno.readTextFileSync(new URL("./lua/hold_lease.lua", import.meta.url));
  const hold = registerScript(redis, { name: "holdLease", lua, keyCount: 1, words: ["held", "taken"] });
  const ask = (holder: string) => hold({ keys: [keys.relayLease], args: [holder, 60_000] });
  assertEquals(await ask("relay-1"), ["held"]);
  const before = await dumpKeys(redis, world.name);
  {
    await using _full = await fillMemory(redis);
    await assertRejects(() => ask("relay-1"), Error, "OOM");
    assertEquals(await dumpKeys(redis, world.name), before);
  }
  assertEquals(await ask("relay-1"), ["held"]);
  assertEquals(await ask("relay-2"), ["taken"]);
});
