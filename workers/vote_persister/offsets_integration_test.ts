import { assertEquals, assertRejects } from "@std/assert";
import type { Admin } from "kafkajs";
import { storedVotes } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { assertNothingForgotten, readNextOffsets, RecordsForgottenError } from "./offsets.ts";
import { storeVotes } from "./store_votes.ts";
import { batchOf, createLedger } from "./testing/ledger.ts";
import { createVoteSource } from "./testing/persister.ts";

Deno.test("readNextOffsets() begins at 0 and goes on where the last batch ended", async () => {
  await using world = await createWorld();
  const { pool, address } = await createLedger(world);
  const partitions = [0, 1, 2];
  const read = () => readNextOffsets(pool, { ...address, partitions });
  assertEquals(await read(), new Map([[0, 0n], [1, 0n], [2, 0n]]));
  await storeVotes(pool, { address: { ...address, partition: 1 }, batch: batchOf(storedVotes(4)) });
  assertEquals(await read(), new Map([[0, 0n], [1, 4n], [2, 0n]]));
});

Deno.test("readNextOffsets() keeps apart what is of another topic or another cluster", async () => {
  await using world = await createWorld();
  const { pool, address } = await createLedger(world);
  await storeVotes(pool, { address, batch: batchOf(storedVotes(4)) });
  for (const other of [{ ...address, clusterId: "wiped" }, { ...address, topic: "elsewhere" }]) {
    assertEquals(await readNextOffsets(pool, { ...other, partitions: [0] }), new Map([[0, 0n]]));
  }
  assertEquals(await readNextOffsets(pool, { ...address, partitions: [0] }), new Map([[0, 4n]]));
});

Deno.test("readNextOffsets() reads offsets that no double holds, and of no partition nothing", async () => {
  await using world = await createWorld();
  const { pool, address } = await createLedger(world);
  await pool.query("update consumed set next_offset = 9007199254740993");
  assertEquals(
    await readNextOffsets(pool, { ...address, partitions: [0] }),
    new Map([[0, 9007199254740993n]]),
  );
  assertEquals(await readNextOffsets(pool, { ...address, partitions: [] }), new Map());
});

Deno.test("readNextOffsets() may be asked by many at once for the same partitions", async () => {
  await using world = await createWorld();
  const { pool, address } = await createLedger(world);
  const partitions = Array.from({ length: 12 }, (_, partition) => partition);
  const answers = await Promise.all(
    Array.from(
      { length: 8 },
      (_, index) =>
        readNextOffsets(pool, { ...address, partitions: index % 2 ? partitions : partitions.toReversed() }),
    ),
  );
  for (const answer of answers) assertEquals(answer.size, 12);
});

Deno.test("assertNothingForgotten() writes down what Kafka deleted before it was stored, and stops", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const votes = { pool, clusterId: "c", topic: "votes" };
  const at = (low: string): Pick<Admin, "fetchTopicOffsets"> => ({
    fetchTopicOffsets: () =>
      Promise.resolve([
        { partition: 0, low: "0", high: "9", offset: "9" },
        { partition: 1, low, high: "9", offset: "9" },
      ]),
  });
  const check = (low: string, offset: bigint) =>
    assertNothingForgotten(at(low), { ...votes, offsets: new Map([[1, offset]]) });
  await pool.query("insert into consumed values ('c', 'votes', 1, 4)");
  await check("5", 5n);
  await check("5", 6n);
  await assertRejects(
    () => check("5", 4n),
    RecordsForgottenError,
    'Read partition 1 of "votes" from offset 4: Kafka\'s log begins at 5',
  );
  await assertNothingForgotten(at("5"), { ...votes, offsets: new Map([[0, 0n]]) });
  const { rows } = await pool.query(
    "select partition, first_offset, next_offset, accepted_at from forgotten_records",
  );
  assertEquals(rows, [{ partition: 1, first_offset: "4", next_offset: "5", accepted_at: null }]);

  // A look that began before the loss was accepted must not take the acceptance back.
  await pool.query("update forgotten_records set accepted_at = now()");
  await pool.query("update consumed set next_offset = 5");
  await assertRejects(() => check("5", 4n), RecordsForgottenError);
  const open = await pool.query("select from forgotten_records where accepted_at is null");
  assertEquals(open.rowCount, 0);
});

Deno.test("assertNothingForgotten() sees that Kafka has let go of records", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const kafka = await world.kafka();
  const { sendRaw } = await createVoteSource(world, kafka);
  await sendRaw(Array.from({ length: 10 }, () => ({ partition: 2, value: "x" })));
  const admin = kafka.admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  const check = (offset: bigint) =>
    assertNothingForgotten(admin, {
      pool,
      clusterId: "c",
      topic: world.topic,
      offsets: new Map([[2, offset]]),
    });
  await check(0n);
  await admin.deleteTopicRecords({ topic: world.topic, partitions: [{ partition: 2, offset: "7" }] });
  await check(7n);
  await assertRejects(() => check(6n), RecordsForgottenError, "Kafka's log begins at 7");
});
