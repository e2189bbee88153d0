/** Receipts over real Redis and Postgres with a real guard, from the vote to the ledger and through every loss. */
import { assert, assertEquals } from "@std/assert";
import { createWorld } from "../../../shared/testing/world.ts";
import { storedVote } from "../../../shared/testing/votes.ts";
import { createVoteStore } from "../vote_store.ts";
import { batchOf } from "../testing/ledger.ts";
import { createReceiptScene, type ReceiptScene } from "../testing/receipt_scene.ts";
import { EPOCHS_MAX } from "./stored_ledger.ts";
import { STORED_LIFE_MS } from "./stored_marks.ts";

/** Votes under these request ids, relayed and stored, and said to be. */
async function castStored(scene: ReceiptScene, ...requestIds: string[]): Promise<void> {
  for (const requestId of requestIds) await scene.cast({ requestId });
  await scene.relay();
  await scene.store();
  await scene.publisher.step();
}

async function statesOf(scene: ReceiptScene, ...requestIds: string[]): Promise<string[]> {
  return await Promise.all(requestIds.map(scene.state));
}

/** Stores versions of an epoch from a partition, with its offset. */
async function storeFrom(
  { ledger }: ReceiptScene,
  { partition, epoch, versions }: { partition: number; epoch: number; versions: readonly number[] },
): Promise<void> {
  const address = await ledger.addPartition(partition);
  const firstOffset = await ledger.nextOffset(address);
  const votes = versions.map((version) => storedVote({ epoch, version }));
  const store = createVoteStore(ledger.pool, { requestLifeMs: 120_000 });
  const { gateOpen } = await store.storeVotes({ address, batch: batchOf(votes, { firstOffset }) });
  assert(gateOpen);
}

Deno.test("a receipt follows its vote: accepted, queued once relayed, stored once the guard has seen it in Postgres", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  await scene.publisher.step();
  await scene.cast({ requestId: "one" });
  assertEquals(await scene.state("one"), "accepted");
  await scene.relay();
  assertEquals(await scene.state("one"), "queued");
  await scene.publisher.step();
  assertEquals(await scene.state("one"), "queued");
  await scene.store();
  assertEquals(await scene.state("one"), "queued");
  await scene.publisher.step();
  assertEquals(await scene.state("one"), "stored");
  assertEquals(await scene.marks(), [[epoch, 0]]);
  assertEquals(await scene.state("another"), "unknown");
});

Deno.test("nothing above a gap is called stored: partitions are stored side by side", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  await storeFrom(scene, { partition: 1, epoch, versions: [0, 2, 3, 7] });
  await scene.publisher.step();
  assertEquals(await scene.marks(), [[epoch, 0]]);
  await storeFrom(scene, { partition: 2, epoch, versions: [4, 1, 6] });
  await scene.publisher.step();
  assertEquals(await scene.marks(), [[epoch, 4]]);
  await storeFrom(scene, { partition: 2, epoch, versions: [5] });
  await scene.publisher.step();
  assertEquals(await scene.marks(), [[epoch, 7]]);
});

Deno.test("a Postgres that comes back from a backup takes back what it lost, until it is read again", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  await castStored(scene, "one", "two");
  const putBack = await scene.backUpPostgres();
  await castStored(scene, "three");
  assertEquals(await statesOf(scene, "one", "two", "three"), ["stored", "stored", "stored"]);
  await putBack();
  await scene.publisher.step();
  assertEquals(await statesOf(scene, "one", "two", "three"), ["stored", "stored", "queued"]);
  assertEquals([await scene.marks(), world.log.has("stored_marks_dropped")], [[[epoch, 1]], true]);
  await scene.store();
  await scene.publisher.step();
  assertEquals(await scene.state("three"), "stored");
});

Deno.test("a backup that holds the last vote and lacks one before it takes back both", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  await storeFrom(scene, { partition: 1, epoch, versions: [0, 2] });
  const putBack = await scene.backUpPostgres();
  await storeFrom(scene, { partition: 2, epoch, versions: [1] });
  await scene.publisher.step();
  assertEquals(await scene.marks(), [[epoch, 2]]);
  await putBack();
  // Also by a guard that takes over, and has never seen more than Redis and this Postgres.
  await scene.addPublisher().step();
  assertEquals(await scene.marks(), [[epoch, 0]]);
});

Deno.test("a Postgres that has caught up before the guard looked has never lied, and nothing is counted anew", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  await scene.open();
  const putBack = await scene.backUpPostgres();
  await castStored(scene, "one");
  await putBack();
  await scene.store();
  await scene.publisher.step();
  assertEquals([await scene.state("one"), world.log.has("stored_marks_dropped")], ["stored", false]);
});

Deno.test("offsets that were moved past forgotten records are no sign that these are stored", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  await scene.open();
  const putBack = await scene.backUpPostgres();
  await castStored(scene, "one");
  await putBack();
  const { pool } = scene.ledger;
  await pool.query(
    `insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset, accepted_at)
     select cluster_id, topic, partition, 0, 100, now() from consumed`,
  );
  await pool.query("update consumed set next_offset = 100");
  await scene.publisher.step();
  assertEquals([await scene.state("one"), await scene.marks()], ["queued", []]);
});

Deno.test("a wiped Redis forgets receipts with their requests, and its next votes get theirs", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  await scene.open();
  await castStored(scene, "one");
  await scene.wipe();
  assertEquals(await scene.state("one"), "not_ready");
  const epoch = await scene.open();
  assertEquals(await scene.state("one"), "unknown");
  await scene.cast({ requestId: "two" });
  await scene.publisher.step();
  assertEquals(await scene.state("two"), "accepted");
  await scene.relay();
  await scene.store();
  await scene.publisher.step();
  assertEquals([await scene.state("two"), (await scene.marks()).at(-1)], ["stored", [epoch, 0]]);
});

Deno.test("an older copy of Redis has receipts of its time, and none of a vote that it never saw", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  await scene.open();
  await castStored(scene, "one");
  await scene.cast({ requestId: "two" });
  const putBack = await scene.copyRedis();
  await castStored(scene, "three");
  await putBack();
  assertEquals(await scene.state("one"), "not_ready");
  await scene.open();
  assertEquals(await statesOf(scene, "one", "two", "three"), ["stored", "accepted", "unknown"]);
  // Its entry came back with the copy; Postgres has had the vote for long.
  await scene.publisher.step();
  assertEquals(await statesOf(scene, "one", "two", "three"), ["stored", "stored", "unknown"]);
});

Deno.test("an older copy of Redis beside an older Postgres says nothing that was true of another", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  await scene.open();
  const putPostgresBack = await scene.backUpPostgres();
  await castStored(scene, "one");
  const putRedisBack = await scene.copyRedis();
  await castStored(scene, "two");
  await putPostgresBack();
  await putRedisBack();
  await scene.open();
  await scene.publisher.step();
  assertEquals(await statesOf(scene, "one", "two"), ["queued", "unknown"]);
});

Deno.test("votes of a kept epoch that are stored late get their receipts, and a complete epoch keeps its mark", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const first = await scene.open();
  await castStored(scene, "one");
  await scene.cast({ requestId: "two" });
  await scene.pretendRestart();
  const second = await scene.open();
  await scene.publisher.step();
  assertEquals(await statesOf(scene, "one", "two"), ["stored", "accepted"]);
  await castStored(scene, "three");
  assertEquals(await scene.marks(), [[first, 1], [second, 0]]);
  assertEquals(await statesOf(scene, "one", "two", "three"), ["stored", "stored", "stored"]);
});

Deno.test("marks are kept of the latest epochs alone", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  const older = Array.from({ length: EPOCHS_MAX + 3 }, (_, index) => index + 1);
  for (const each of older) {
    await scene.ledger.addEpoch(each, 0);
    await storeFrom(scene, { partition: each, epoch: each, versions: [0] });
  }
  await storeFrom(scene, { partition: 0, epoch, versions: [0] });
  await scene.publisher.step();
  const marked = (await scene.marks()).map(([each]) => each);
  assertEquals(marked, [...older.slice(-(EPOCHS_MAX - 1)), epoch]);
});

Deno.test("only the active guard speaks, and of two that believe to be it who has seen the other's word", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  await scene.addPublisher({ isActive: () => false }).step();
  assertEquals(await world.redis.redis.exists(world.keys.stored), 0);
  const late = await scene.scripts.read();
  await castStored(scene, "one");
  assert(late);
  const word = { marks: new Map([[epoch, 99]]), basis: "{}", lifeMs: STORED_LIFE_MS };
  assertEquals(await scene.scripts.publish({ ...word, seen: late }), false);
  assertEquals(await scene.marks(), [[epoch, 0]]);
});

Deno.test("an idle system is told the same now and then, so that the word lives; what Redis forgot is said again", async () => {
  await using world = await createWorld();
  const scene = await createReceiptScene(world);
  const epoch = await scene.open();
  let nowMs = 0;
  const { redis } = world.redis;
  const publisher = scene.addPublisher({ nowMs: () => nowMs });
  await scene.cast({ requestId: "one" });
  await scene.relay();
  await scene.store();
  const said = async () => {
    await publisher.step();
    return await redis.pexpiretime(world.keys.stored) > 1_000_000_000;
  };
  await publisher.step();
  await redis.persist(world.keys.stored);
  assertEquals(await said(), false);
  nowMs = STORED_LIFE_MS / 2;
  assertEquals(await said(), true);
  await redis.del(world.keys.stored);
  assertEquals([await said(), await scene.marks()], [true, [[epoch, 0]]]);
});
