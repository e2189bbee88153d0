import { assert, assertEquals, assertRejects } from "@std/assert";
import { Registry } from "prom-client";
import { createPostgresPool, type PostgresPool } from "../../shared/postgres/pool.ts";
import { kafkaBytes, storedVote, storedVotes, totalsOf } from "../../shared/testing/votes.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { persistBatch, type PersistBatchOptions } from "./persist_batch.ts";
import { batchOf, createLedger, type Ledger, malformedAt } from "./testing/ledger.ts";
import type { MalformedRecord } from "./vote_batch.ts";
import { createVoteStore } from "./vote_store.ts";

/** A ledger, and a burial that the test watches. */
async function createScene(world: World) {
  const ledger = await createLedger(world);
  const buried: MalformedRecord[] = [];
  const options: PersistBatchOptions = {
    store: createVoteStore(ledger.pool, { requestLifeMs: 120_000 }),
    metrics: createPersisterMetrics(new Registry()),
    bury: (_address, records) => Promise.resolve(void buried.push(...records)),
    log: world.log,
  };
  return { ledger, options, buried, address: ledger.address };
}

/** Makes Postgres refuse every vote for mallory, with this SQLSTATE. */
async function refuseMallory(pool: PostgresPool, code: string): Promise<void> {
  await pool.query(`
    create function refuse() returns trigger language plpgsql as $$
      begin
        if 'mallory' = any(new.usernames) then raise 'not this one' using errcode = '${code}'; end if;
        return new;
      end $$;
    create trigger refuse before insert on vote_events for each row execute function refuse()`);
}

async function storedIds(ledger: Ledger): Promise<string[]> {
  return (await ledger.events()).map(({ vote_id }) => vote_id);
}

Deno.test("persistBatch() buries what is malformed before the offset moves past it", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  const votes = storedVotes(3);
  const malformed = [malformedAt(0n), malformedAt(2n)];
  const offsets: bigint[] = [];
  const outcome = await persistBatch({
    ...options,
    async bury(where, records) {
      assertEquals(where, address);
      offsets.push(await ledger.nextOffset());
      buried.push(...records);
    },
  }, { address, batch: batchOf(votes, { malformed }) });
  assertEquals(outcome, { kind: "stored", insertedCount: 3 });
  assertEquals([offsets, buried], [[0n], malformed]);
  assertEquals(await ledger.nextOffset(), 5n);
});

Deno.test("persistBatch() moves past a batch that holds nothing but malformed records", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  const malformed = [0n, 1n, 2n].map((offset) => malformedAt(offset));
  await persistBatch(options, { address, batch: batchOf([], { malformed }) });
  assertEquals([buried.length, await ledger.nextOffset()], [3, 3n]);
});

Deno.test("persistBatch() leaves the offset where it is when it cannot bury", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  const batch = batchOf(storedVotes(2), { malformed: [malformedAt(1n)] });
  const failing = { ...options, bury: () => Promise.reject(new Error("no broker")) };
  await assertRejects(() => persistBatch(failing, { address, batch }), Error, "no broker");
  assertEquals(await ledger.nextOffset(), 0n);
  await persistBatch(options, { address, batch });
  assertEquals([buried.length, await ledger.totals(), await ledger.nextOffset()], [1, [["ada", 2]], 3n]);
});

for (const code of ["22000", "23514", "22P02"]) {
  Deno.test(`persistBatch() buries exactly the vote that Postgres refuses with ${code}, and stores all others`, async () => {
    await using world = await createWorld();
    const { ledger, options, buried, address } = await createScene(world);
    await refuseMallory(ledger.pool, code);
    const votes = storedVotes(50, {
      vary: (index) => ({ names: [index === 31 ? "mallory" : `name ${index % 5}`] }),
    });
    const outcome = await persistBatch(options, { address, batch: batchOf(votes) });
    const good = votes.filter((_, index) => index !== 31);
    assertEquals(outcome, { kind: "stored", insertedCount: 49 });
    assertEquals(await storedIds(ledger), good.map(({ id }) => id));
    assertEquals(await ledger.totals(), totalsOf(good));
    assertEquals(await ledger.nextOffset(), 50n);
    assertEquals(buried.map(({ record, reason, detail }) => [record.offset, reason, detail]), [
      [31n, "refused_by_postgres", "not this one"],
    ]);
    assertEquals(buried[0]?.record.value, kafkaBytes(votes[31] as never));
  });
}

for (const code of ["23505", "22021", "22P05", "40001"]) {
  Deno.test(`persistBatch() buries no vote for ${code}, a fault of the database and not of the vote`, async () => {
    await using world = await createWorld();
    const { ledger, options, buried, address } = await createScene(world);
    await refuseMallory(ledger.pool, code);
    const votes = storedVotes(2, { vary: (index) => ({ names: [index === 1 ? "mallory" : "ada"] }) });
    await assertRejects(
      () => persistBatch(options, { address, batch: batchOf(votes) }),
      Error,
      "not this one",
    );
    assertEquals([buried.length, await ledger.nextOffset()], [0, 0n]);
    await ledger.pool.query("drop trigger refuse on vote_events");
    await persistBatch(options, { address, batch: batchOf(votes) });
    assertEquals([(await storedIds(ledger)).length, await ledger.nextOffset()], [2, 2n]);
  });
}

Deno.test("persistBatch() finds several refused votes beside malformed records, first and last included", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  await refuseMallory(ledger.pool, "23514");
  const bad = new Set([0, 6, 7, 16]);
  const votes = storedVotes(17, { vary: (index) => ({ names: [bad.has(index) ? "mallory" : "ada"] }) });
  const batch = batchOf(votes, { malformed: [3n, 18n].map((offset) => malformedAt(offset)) });
  assertEquals(await persistBatch(options, { address, batch }), { kind: "stored", insertedCount: 13 });
  assertEquals(await ledger.totals(), [["ada", 13]]);
  assertEquals(await ledger.nextOffset(), 19n);
  const reasons = buried.map(({ record, reason }) => [Number(record.offset), reason]);
  assertEquals(
    reasons,
    [
      [3, "not_json"],
      [18, "not_json"],
      ...[0, 7, 8, 17].map((offset) => [offset, "refused_by_postgres"]),
    ] as typeof reasons,
  );
});

Deno.test("persistBatch() leaves the offset before a refused vote that it cannot bury", async () => {
  await using world = await createWorld();
  const { ledger, options, address } = await createScene(world);
  await refuseMallory(ledger.pool, "22000");
  const votes = storedVotes(4, { vary: (index) => ({ names: [index === 2 ? "mallory" : "ada"] }) });
  const failing = { ...options, bury: () => Promise.reject(new Error("no broker")) };
  await assertRejects(() => persistBatch(failing, { address, batch: batchOf(votes) }), Error, "no broker");
  assertEquals(await ledger.nextOffset(), 2n);
  await persistBatch(options, { address, batch: batchOf(votes) });
  assertEquals([await ledger.totals(), await ledger.nextOffset()], [[["ada", 3]], 4n]);
});

Deno.test("persistBatch() buries a contested vote too that Postgres refuses", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  await persistBatch(options, { address, batch: batchOf([storedVote({ requestId: "r" })]) });
  await refuseMallory(ledger.pool, "23514");
  const refused = storedVote({ version: 1, requestId: "r", names: ["mallory"] });
  const batch = batchOf([refused, storedVote({ version: 2 })], { firstOffset: 1n });
  await persistBatch(options, { address, batch });
  assertEquals(buried.map(({ record }) => record.offset), [1n]);
  assertEquals([await ledger.totals(), await ledger.nextOffset()], [[["ada", 2]], 3n]);
});

Deno.test("persistBatch() throws any other error of Postgres, and buries and stores nothing", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  await refuseMallory(ledger.pool, "53100");
  const batch = batchOf(storedVotes(4, { vary: (index) => ({ names: [index === 2 ? "mallory" : "ada"] }) }));
  await assertRejects(() => persistBatch(options, { address, batch }), Error, "not this one");
  assertEquals([buried, await ledger.events(), await ledger.nextOffset()], [[], [], 0n]);
  await ledger.pool.query("drop trigger refuse on vote_events");
  await persistBatch(options, { address, batch });
  assertEquals((await ledger.events()).length, 4);
});

Deno.test("persistBatch() throws while Postgres is read-only, and loses nothing", async () => {
  await using world = await createWorld();
  const { ledger, options, buried, address } = await createScene(world);
  const readOnly = createPostgresPool({
    url: world.addresses.postgresUrl,
    schema: world.name,
    connectionsMax: 1,
    log: world.log,
  });
  world.defer(() => readOnly.end());
  const store = createVoteStore(readOnly, { requestLifeMs: 120_000 });
  readOnly.on("connect", (client) => void client.query("set default_transaction_read_only = on"));
  const batch = batchOf(storedVotes(3));
  const error = await assertRejects(() => persistBatch({ ...options, store }, { address, batch }));
  assertEquals((error as { code?: string }).code, "25006");
  assertEquals([buried, await ledger.nextOffset()], [[], 0n]);
  await persistBatch(options, { address, batch });
  assertEquals([await ledger.totals(), await ledger.nextOffset()], [[["ada", 3]], 3n]);
});

Deno.test("persistBatch() says so when Postgres has stored less than the batch's beginning", async () => {
  await using world = await createWorld();
  const { ledger, options, address } = await createScene(world);
  const batch = batchOf(storedVotes(3), { firstOffset: 4n });
  assertEquals(await persistBatch(options, { address, batch }), { kind: "behind" });
  assertEquals(await ledger.events(), []);
});

Deno.test("persistBatch() raises an alarm for two votes of one version", async () => {
  await using world = await createWorld();
  const { options, address } = await createScene(world);
  const registry = new Registry();
  const metrics = createPersisterMetrics(registry);
  await persistBatch({ ...options, metrics }, { address, batch: batchOf([storedVote(), storedVote()]) });
  const shown = await registry.metrics();
  assert(shown.includes("\ncast_votes_stored_total 2\n"), shown);
  assert(shown.includes("\ncast_version_clashes_total 1\n"), shown);
  assert(world.log.events.some(({ level, event }) => level === "error" && event === "version_clashed"));
});
