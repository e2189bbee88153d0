import { Buffer } from "node:buffer";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Kafka, logLevel } from "kafkajs";
import { Registry } from "prom-client";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createDeadLetters } from "./dead_letters.ts";
import { createPersisterMetrics } from "./metrics.ts";
import type { PartitionAddress } from "./store_votes.ts";
import { malformedAt } from "./testing/ledger.ts";
import type { MalformedRecord } from "./vote_batch.ts";

async function createScene(world: World) {
  const kafka = await world.kafka();
  const registry = new Registry();
  const metrics = createPersisterMetrics(registry);
  const deadLetters = createDeadLetters(kafka, { metrics, log: world.log });
  world.defer(() => deadLetters.close());
  const address: PartitionAddress = { clusterId: "cluster", topic: world.topic, partition: 4 };
  return { deadLetters, registry, address, read: () => readTopic(kafka, deadLetterTopic(world.topic)) };
}

Deno.test("bury() keeps a record byte for byte, with why and where from", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  const value = Uint8Array.of(0, 255, 254, 0x7b, 10);
  await deadLetters.bury(address, [{
    record: { offset: 9_007_199_254_740_993n, key: new TextEncoder().encode("a key"), value },
    reason: "not_json",
    detail: "Wanted a JSON object in UTF-8",
  }]);
  const [letter, ...others] = await read();
  assertEquals(others, []);
  assertEquals([letter?.key, [...letter?.value ?? []]], ["a key", [...value]]);
  assertEquals(letter?.headers, {
    "cast-reason": "not_json",
    "cast-detail": "Wanted a JSON object in UTF-8",
    "cast-cluster": "cluster",
    "cast-topic": world.topic,
    "cast-partition": "4",
    "cast-offset": "9007199254740993",
  });
});

Deno.test("bury() keeps a record without key or value, and cuts a long detail", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  await deadLetters.bury(address, [{
    record: { offset: 3n, key: null, value: null },
    reason: "refused_by_postgres",
    detail: "ü".repeat(5000),
  }]);
  const [letter] = await read();
  assertEquals([letter?.key, letter?.value], [null, null]);
  assertEquals(letter?.headers["cast-detail"]?.length, 500);
});

Deno.test("bury() keeps many records at once, though one message set could not hold them", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  // One key puts all of them into one partition, whose message sets end at 1 MiB.
  const records = Array.from({ length: 8 }, (_, index): MalformedRecord => ({
    ...malformedAt(BigInt(index)),
    record: { offset: BigInt(index), key: new Uint8Array([1]), value: new Uint8Array(300_000).fill(index) },
  }));
  await deadLetters.bury(address, records);
  const letters = await read();
  assertEquals(letters.map(({ headers, value }) => [headers["cast-offset"], value?.length, value?.at(0)]), [
    ...records.map((_, index) => [String(index), 300_000, index] as [string, number, number]),
  ]);
});

Deno.test("bury() from several partitions at once leaves one producer behind", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  // The sanitizer of the test finds the socket of a producer that nobody closes.
  await Promise.all(
    [0, 1, 2, 3].map((partition) =>
      deadLetters.bury({ ...address, partition }, [malformedAt(BigInt(partition))])
    ),
  );
  const origins = (await read()).map(({ headers }) => headers["cast-partition"]).sort();
  assertEquals(origins, ["0", "1", "2", "3"]);
});

Deno.test("bury() raises an alarm for each record, after Kafka has acknowledged it", async () => {
  await using world = await createWorld();
  const { deadLetters, address } = await createScene(world);
  await deadLetters.bury(address, [malformedAt(1n), malformedAt(2n)]);
  const alarms = world.log.events.filter(({ event }) => event === "record_buried");
  assertEquals(alarms.map(({ level, fields }) => [level, fields.partition, fields.offset]), [
    ["error", 4, "1"],
    ["error", 4, "2"],
  ]);
});

Deno.test("bury() throws when Kafka does not take the record, and works again afterwards", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  const nowhere = { ...address, topic: `${world.topic}.not-there` };
  await assertRejects(() => deadLetters.bury(nowhere, [malformedAt(1n)]));
  assertEquals(world.log.has("record_buried"), false);
  await deadLetters.bury(address, [malformedAt(2n)]);
  assertEquals((await read()).length, 1);
});

Deno.test("bury() throws while there is no Kafka", async () => {
  await using world = await createWorld();
  const kafka = new Kafka({ brokers: ["127.0.0.1:1"], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const deadLetters = createDeadLetters(kafka, {
    metrics: createPersisterMetrics(new Registry()),
    log: world.log,
  });
  const address = { clusterId: "cluster", topic: world.topic, partition: 0 };
  await assertRejects(() => deadLetters.bury(address, [malformedAt(1n)]));
  await assertRejects(() => deadLetters.bury(address, [malformedAt(1n)]));
  await deadLetters.close();
});

Deno.test("bury() buries a record once that comes again, and another one at the same offset too", async () => {
  await using world = await createWorld();
  const { deadLetters, registry, address, read } = await createScene(world);
  await deadLetters.bury(address, [malformedAt(1n), malformedAt(2n)]);
  await deadLetters.bury(address, [malformedAt(1n), malformedAt(3n)]);
  // As in a topic that was made anew.
  await deadLetters.bury(address, [malformedAt(1n, "another record")]);
  const letters = (await read()).map(({ headers, value }) => `${headers["cast-offset"]} ${value}`).sort();
  assertEquals(letters, ["1 another record", "1 no vote", "2 no vote", "3 no vote"]);
  assertEquals(world.log.events.filter(({ event }) => event === "record_buried").length, 4);
  assert((await registry.metrics()).includes('cast_dead_letters_total{reason="not_json"} 4\n'));
});

Deno.test("bury() keeps where a replayed record was buried first", async () => {
  await using world = await createWorld();
  const { deadLetters, address, read } = await createScene(world);
  const { record, ...rest } = malformedAt(70n);
  const from = `cluster/${world.topic}/4/7`;
  const headers = { "cast-replayed-from": Buffer.from(from), other: Buffer.from("header") };
  await deadLetters.bury(address, [{ ...rest, record: { ...record, headers } as typeof record }]);
  const [letter] = await read();
  assertEquals(letter?.headers["cast-replayed-from"], from);
  assertEquals([letter?.headers["cast-offset"], letter?.headers["other"]], ["70", undefined]);
});
