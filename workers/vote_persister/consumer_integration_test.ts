import { assert, assertEquals } from "@std/assert";
import type { Admin, Kafka } from "kafkajs";
import { Registry } from "prom-client";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { storedVotes } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { createVoteConsumer } from "./consumer.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { createLedger } from "./testing/ledger.ts";
import { createVoteSource, groupOf, startConsumer, untilStored } from "./testing/persister.ts";
import { createVoteStore } from "./vote_store.ts";

const NAMES = ["ada", "bob", "cleo"];

function votes(count: number, firstVersion = 0): StoredVote[] {
  return storedVotes(count, {
    firstVersion,
    vary: (index) => ({ names: [NAMES[index % 3] as string], counts: [1 + index % 5] }),
  });
}

async function connectAdmin(world: World, kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  return admin;
}

async function createScene(world: World) {
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  return { ledger, kafka, source, start: () => startConsumer(world, { kafka, pool: ledger.pool }) };
}

Deno.test("a consumer stores what was there before its first start, and what comes afterwards", async () => {
  await using world = await createWorld();
  const { ledger, source, start } = await createScene(world);
  const before = votes(150);
  await source.send(before);
  await start();
  await untilStored(ledger, before);
  const after = votes(150, 150);
  await source.send(after);
  await untilStored(ledger, [...before, ...after]);
});

Deno.test("a consumer stores a vote once that Kafka holds several times", async () => {
  await using world = await createWorld();
  const { ledger, source, start } = await createScene(world);
  const sent = votes(60);
  await source.send(sent);
  await source.send(sent.slice(20));
  await start();
  const last = votes(1, 60);
  await source.send([...sent, ...last]);
  await untilStored(ledger, [...sent, ...last]);
});

Deno.test("a consumer goes on where Postgres is though Kafka's committed offsets are lost", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const before = votes(90);
  await source.send(before);
  const first = await start();
  await untilStored(ledger, before);
  await first.stop();
  const admin = await connectAdmin(world, kafka);
  await admin.deleteGroups([groupOf(world)]);

  const rowVersions = await ledger.rowVersions();
  await start();
  const after = votes(1, 90);
  await source.send(after);
  await untilStored(ledger, [...before, ...after]);
  assertEquals((await ledger.rowVersions()).slice(1), rowVersions.slice(1));
});

Deno.test("a consumer stores what lies before Kafka's committed offsets: they mean nothing", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const before = votes(30);
  await source.send(before);
  const first = await start();
  await untilStored(ledger, before);
  await first.stop();

  const between = votes(90, 30);
  await source.send(between);
  const admin = await connectAdmin(world, kafka);
  const ends = await admin.fetchTopicOffsets(world.topic);
  await admin.setOffsets({
    groupId: groupOf(world),
    topic: world.topic,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  });
  await start();
  await untilStored(ledger, [...before, ...between]);
});

Deno.test("a consumer lets Kafka's committed offsets follow, for lag tools", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const sent = votes(50);
  await source.send(sent);
  await start();
  await untilStored(ledger, sent);
  const admin = await connectAdmin(world, kafka);
  const total = await waitFor(async () => {
    const [group] = await admin.fetchOffsets({ groupId: groupOf(world), topics: [world.topic] });
    const sum = (group?.partitions ?? []).reduce((all, { offset }) => all + Math.max(Number(offset), 0), 0);
    return sum >= 50 && sum;
  }, { what: "committed offsets" });
  assertEquals(total, 50);
});

Deno.test("a consumer stores good votes among malformed records, and buries each of those", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const sent = votes(120);
  const malformed = ["", "{", "null", '{"v":7}', JSON.stringify({ ...sent[0], names: ["a", "a"] }), "\u0000"];
  await source.send(sent.slice(0, 60));
  await source.sendRaw(malformed.map((value, index) => ({ key: `bad ${index}`, value })));
  await source.sendRaw([{ key: "no value", value: null }]);
  await source.send(sent.slice(60));
  await start();
  await untilStored(ledger, sent);
  const letters = await readTopic(kafka, deadLetterTopic(world.topic));
  const found = letters.map(({ key, value }) => [key, value === null ? null : String(value)] as const);
  assertEquals(
    new Map(found),
    new Map([...malformed.map((value, index) => [`bad ${index}`, value] as const), ["no value", null]]),
  );
});

Deno.test("a consumer skips nothing that Kafka has forgotten until the loss was accepted, then reads on", async () => {
  await using world = await createWorld();
  const { kafka, ledger, source, start } = await createScene(world);
  await source.sendRaw(votes(20).map((vote) => ({ partition: 0, value: JSON.stringify(vote) })));
  const admin = await connectAdmin(world, kafka);
  // kafkajs deletes only from a topic that this client has looked at.
  await admin.fetchTopicOffsets(world.topic);
  await admin.deleteTopicRecords({ topic: world.topic, partitions: [{ partition: 0, offset: "5" }] });
  const starting = start();
  await waitFor(() => world.log.has("records_forgotten"), { what: "the alarm" });
  assertEquals(await ledger.events(), []);
  const accepted = await ledger.pool.query(
    `with gone as (update forgotten_records set accepted_at = now() returning *)
     update consumed c set next_offset = greatest(c.next_offset, gone.next_offset) from gone
     where (c.cluster_id, c.topic, c.partition) = (gone.cluster_id, gone.topic, gone.partition)`,
  );
  assertEquals(accepted.rowCount, 1);
  const consumer = await starting;
  await waitFor(async () => (await ledger.events()).length === 15, { what: "what is left" });
  assertEquals(consumer.failure(), undefined);
});

Deno.test("consumer.run() ends when its signal has aborted already", async () => {
  await using world = await createWorld();
  const { ledger, kafka } = await createScene(world);
  const consumer = createVoteConsumer({
    kafka,
    topic: world.topic,
    replicas: 1,
    pool: ledger.pool,
    store: createVoteStore(ledger.pool, { requestLifeMs: 1000 }),
    metrics: createPersisterMetrics(new Registry()),
    bury: () => Promise.resolve(),
    log: world.log,
  });
  let ended = false;
  const running = consumer.run(AbortSignal.abort()).then(() => ended = true);
  await waitFor(() => ended, { what: "the end of a run that never began" });
  await running;
  assert(!consumer.isReady());
  assertEquals(ledger.pool.listenerCount("connect"), 1);
});
