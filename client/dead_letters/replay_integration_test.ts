/** Replaying dead letters, on real Kafka and Postgres. */
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { storedVote } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { createScene, store } from "./testing/scene.ts";

Deno.test("replay sends key and bytes unchanged, says where they were first, and skips what is stored", async () => {
  await using world = await createWorld();
  const { bury, run, kafka, pool } = await createScene(world);
  const stored = storedVote();
  await store(pool, stored);
  const bytes = Buffer.from([0xff, 0, 0x7b]);
  await bury([
    { key: "a key", value: bytes },
    { value: null },
    { key: stored.id, value: JSON.stringify(stored) },
    { value: "b", replayedFrom: { clusterId: "kafka-0", topic: world.topic, partition: 1, offset: 5n } },
  ]);
  const { lines, ok } = await run("replay", "--all");
  assertEquals(ok, true);
  assertEquals(lines.at(-1), "3 sent, 1 already stored, 0 refused");
  assertEquals(
    lines.find((line) => line.startsWith("0/2 ")),
    `0/2 not_json ${stored.id}: skipped, the ledger holds this vote`,
  );
  const sent = (await readTopic(kafka, world.topic)).map(({ key, value, headers }) =>
    [key, value === null ? null : [...value], headers] as const
  );
  const from = (place: string) => ({ "cast-replayed-from": place });
  assertEquals(
    new Set(sent.map((each) => JSON.stringify(each))),
    new Set([
      ["a key", [...bytes], from(`kafka-1/${world.topic}/4/0`)],
      [null, null, from(`kafka-1/${world.topic}/4/1`)],
      [null, [0x62], from(`kafka-0/${world.topic}/1/5`)],
    ].map((each) => JSON.stringify(each))),
  );
});

Deno.test("replay takes those that are named, or those of one reason, and a dry run sends none", async () => {
  await using world = await createWorld();
  const { bury, run, kafka } = await createScene(world);
  await bury([
    { value: "a" },
    { value: "b", reason: "invalid_field" },
    { value: "c", into: 1 },
    { value: "d" },
  ]);
  const values = async () => (await readTopic(kafka, world.topic)).map(({ value }) => String(value)).sort();
  const dry = await run("replay", "--all", "--dry-run");
  assertEquals([dry.lines.length, dry.lines.at(-1)], [5, "4 would be sent, 0 already stored, 0 refused"]);
  assertEquals(await values(), []);
  await run("replay", "--reason", "invalid_field");
  assertEquals(await values(), ["b"]);
  await run("replay", "0/2", "1/0");
  assertEquals(await values(), ["b", "c", "d"]);
});

Deno.test("replay refuses what came from another topic, or from nobody knows where, unless it is forced", async () => {
  await using world = await createWorld();
  const { bury, run, kafka } = await createScene(world);
  const origin = { clusterId: "kafka-1", topic: "votes.of.others", partition: 0, offset: 0n };
  await bury([{ value: "a", origin }, { value: "b", headers: { other: "header" } }, { value: "c" }]);
  const dry = await run("replay", "--all", "--dry-run", "--json");
  const said = dry.lines.map((line) => JSON.parse(line));
  assertEquals(said.slice(0, 2).map(({ outcome }) => outcome), ["from_elsewhere", "from_elsewhere"]);
  assertEquals([dry.ok, said.at(-1)], [false, {
    totals: { sent: 1, skipped: 0, refused: 2, dryRun: true },
  }]);
  const refused = await run("replay", "--all");
  assertEquals([refused.ok, refused.lines.at(-1)], [false, "1 sent, 0 already stored, 2 refused"]);
  assertEquals((await readTopic(kafka, world.topic)).map(({ value }) => String(value)), ["c"]);
  const forced = await run("replay", "0/0", "0/1", "--force");
  assertEquals([forced.ok, forced.lines.at(-1)], [true, "2 sent, 0 already stored, 0 refused"]);
  assertEquals((await readTopic(kafka, world.topic)).length, 3);
});

Deno.test("replay sends many long records, and one as long as Kafka takes", async () => {
  await using world = await createWorld();
  const { bury, run, kafka } = await createScene(world);
  // What Kafka puts around a record with this key takes 78 bytes.
  const longest = Buffer.alloc(1_048_588 - 78, "x");
  const producer = kafka.producer();
  await producer.connect();
  world.defer(() => producer.disconnect());
  await producer.send({
    topic: world.topic,
    acks: -1,
    messages: [{ key: "key", value: longest, partition: 0 }],
  });
  const key = "one key puts all into one partition";
  await bury([
    { key: "key", value: longest },
    ...Array.from({ length: 5 }, (_, index) => ({ key, value: Buffer.alloc(400_000, index) })),
  ]);
  await run("replay", "--all");
  const lengths = (await readTopic(kafka, world.topic)).map(({ value }) => value?.length ?? 0);
  assertEquals(lengths.sort((a, b) => b - a), [longest.length, longest.length, ...Array(5).fill(400_000)]);
});
