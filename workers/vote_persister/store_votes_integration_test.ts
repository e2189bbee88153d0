import { assert, assertEquals } from "@std/assert";
import { AT_MS, EPOCH, storedVote, storedVotes, totalsOf } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { storeVotes } from "./store_votes.ts";
import { batchOf, createLedger } from "./testing/ledger.ts";

const HOSTILE_NAMES = [
  "NULL",
  "null",
  '"',
  "\\",
  '\\"',
  "{ada,bob}",
  "a,b",
  "'; drop table votes; --",
  "$1",
  "%s",
  "🗳️ žofie",
  "𝒜".repeat(64),
  "{}",
];

Deno.test("storeVotes() writes rows, totals, row versions and the offset together", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = [
    storedVote({ version: 0, names: ["ada", "bob"], counts: [2, 3], voter: "zoe", requestId: "r-1" }),
    storedVote({ version: 1, names: ["bob"], counts: [4] }),
  ];
  const outcome = await storeVotes(pool, { address, batch: batchOf(votes) });
  assertEquals(outcome, { gateOpen: true, insertedCount: 2, contested: [], versionClashes: [] });
  assertEquals(await ledger.totals(), [["ada", 2], ["bob", 7]]);
  assertEquals(await ledger.rowVersions(), [["ada", 1], ["bob", 1]]);
  assertEquals(await ledger.nextOffset(), 2n);
  const [first, second] = await ledger.events();
  assertEquals([first?.usernames, first?.counts, first?.voter], [["ada", "bob"], [2, 3], "zoe"]);
  assertEquals([first?.request_id, first?.request_seq, second?.request_id], ["r-1", 0, null]);
  const { rows } = await pool.query("select shard, epoch, at, fingerprint is null as bare from vote_events");
  assertEquals(rows.map(({ shard, epoch, at }) => [shard, Number(epoch), at.getTime()]), [
    [0, EPOCH, AT_MS],
    [0, EPOCH, AT_MS],
  ]);
  assertEquals(rows.map(({ bare }) => bare).sort(), [false, true]);
});

Deno.test("storeVotes() changes nothing when the same batch comes twice", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const batch = batchOf(storedVotes(20, { vary: (index) => ({ requestId: `r-${index}` }) }));
  await storeVotes(pool, { address, batch });
  const again = await storeVotes(pool, { address, batch });
  assertEquals(again, { gateOpen: true, insertedCount: 0, contested: [], versionClashes: [] });
  assertEquals(await ledger.totals(), [["ada", 20]]);
  assertEquals(await ledger.rowVersions(), [["ada", 1]]);
  assertEquals((await ledger.events()).length, 20);
  assertEquals(await ledger.nextOffset(), 20n);
});

Deno.test("storeVotes() counts a vote once that is twice in one batch", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const vote = storedVote({ requestId: "r" });
  const other = storedVote({ version: 1 });
  const outcome = await storeVotes(pool, { address, batch: batchOf([vote, other, vote]) });
  assertEquals(outcome, { gateOpen: true, insertedCount: 2, contested: [], versionClashes: [] });
  assertEquals(await ledger.totals(), [["ada", 2]]);
  assertEquals(await ledger.nextOffset(), 3n);
});

Deno.test("storeVotes() counts each vote of overlapping batches once, and raises a row once a batch", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = storedVotes(30, { vary: (index) => ({ counts: [index + 1] }) });
  for (const [start, end] of [[0, 12], [6, 18], [0, 3], [17, 30]] as const) {
    await storeVotes(pool, {
      address,
      batch: batchOf(votes.slice(start, end), { firstOffset: BigInt(start) }),
    });
  }
  assertEquals(await ledger.totals(), totalsOf(votes));
  assertEquals(await ledger.rowVersions(), [["ada", 3]]);
  assertEquals(await ledger.nextOffset(), 30n);
});

Deno.test("storeVotes() refuses a batch above what is stored, and writes nothing of it", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = storedVotes(6);
  const tail = batchOf(votes.slice(3), { firstOffset: 3n });
  assertEquals(await storeVotes(pool, { address, batch: tail }), {
    gateOpen: false,
    insertedCount: 0,
    contested: [],
    versionClashes: [],
  });
  assertEquals([await ledger.events(), await ledger.totals()], [[], []]);
  assertEquals(await ledger.nextOffset(), 0n);

  await storeVotes(pool, { address, batch: batchOf(votes.slice(0, 3)) });
  assert((await storeVotes(pool, { address, batch: tail })).gateOpen);
  assertEquals(await ledger.totals(), [["ada", 6]]);
});

Deno.test("storeVotes() refuses a batch of a partition or a cluster that it never looked up", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  for (const unknown of [{ ...address, partition: 7 }, { ...address, clusterId: "another" }]) {
    const outcome = await storeVotes(pool, { address: unknown, batch: batchOf(storedVotes(1)) });
    assert(!outcome.gateOpen);
  }
  assertEquals(await ledger.events(), []);
});

Deno.test("storeVotes() never moves an offset back", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = storedVotes(8);
  await storeVotes(pool, { address, batch: batchOf(votes) });
  await storeVotes(pool, { address, batch: batchOf(votes.slice(0, 2)) });
  assertEquals(await ledger.nextOffset(), 8n);
  await storeVotes(pool, { address, batch: { ...batchOf([]), firstOffset: 8n, nextOffset: 11n } });
  assertEquals(await ledger.nextOffset(), 11n);
});

Deno.test("storeVotes() keeps the offsets of partitions apart", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const other = await ledger.addPartition(5);
  await storeVotes(pool, { address, batch: batchOf(storedVotes(2)) });
  await storeVotes(pool, { address: other, batch: batchOf(storedVotes(3, { firstVersion: 2 })) });
  assertEquals([await ledger.nextOffset(address), await ledger.nextOffset(other)], [2n, 3n]);
});

Deno.test("storeVotes() stores hostile names letter by letter", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = [
    storedVote({
      version: 0,
      names: HOSTILE_NAMES,
      counts: HOSTILE_NAMES.map((_, index) => index + 1),
      voter: '{"NULL"}',
      requestId: "'\"\\{},NULL",
    }),
    ...HOSTILE_NAMES.map((name, index) => storedVote({ version: index + 1, names: [name], voter: name })),
  ];
  const { insertedCount } = await storeVotes(pool, { address, batch: batchOf(votes) });
  assertEquals(insertedCount, votes.length);
  assertEquals(await ledger.totals(), totalsOf(votes));
  const [all, ...single] = await ledger.events();
  assertEquals([all?.usernames, all?.voter, all?.request_id], [HOSTILE_NAMES, '{"NULL"}', "'\"\\{},NULL"]);
  assertEquals(single.map(({ usernames, voter }) => [usernames[0], voter]), HOSTILE_NAMES.map((n) => [n, n]));
});

Deno.test("storeVotes() tells two names apart that differ in case or accent only", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = ["ada", "Ada", "ädä", "ADA"].map((name, version) => storedVote({ version, names: [name] }));
  await storeVotes(pool, { address, batch: batchOf(votes) });
  assertEquals(await ledger.totals(), totalsOf(votes));
});
