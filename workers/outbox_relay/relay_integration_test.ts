import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Kafka } from "kafkajs";
import type { RedisClient } from "../../shared/redis/client.ts";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { AT_MS, EPOCH, fillOutbox } from "../../shared/testing/votes.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { kafkaValue, parseStoredVote } from "../../shared/vote/record.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
import { relayVotes } from "./relay.ts";
import { createVoteProducer, type VoteProducer } from "./vote_producer.ts";

const mayGoOn = () => Promise.resolve(true);

function startProducer(world: World, kafka: Kafka): VoteProducer {
  const producer = createVoteProducer(kafka, { topic: world.topic, replicas: 1, log: world.log });
  world.defer(() => producer.close());
  return producer;
}

async function outboxIds({ redis: { redis }, keys }: World): Promise<string[]> {
  return (await redis.xrange(keys.outbox, "-", "+")).map(([id]) => id);
}

Deno.test("relayVotes() brings every entry to Kafka with its vote id as key and its place in the value", async () => {
  await using world = await createWorld();
  const kafka = await world.kafka();
  const { send } = startProducer(world, kafka);
  const outbox = createRedisOutbox(world.redis, world.keys);
  const records = await fillOutbox(world, { epoch: EPOCH, count: 50, name: "žofie 🗳️" });
  assertEquals(await relayVotes({ outbox, send, mayGoOn, log: world.log }), 50);

  const found = await readTopic(kafka, world.topic);
  assertEquals(found.length, 50);
  const versions = new Map(records.map((record, version) => [record.id, version]));
  for (const { key, value } of found) {
    const { id, epoch, version, at, names } = parseStoredVote(value);
    assertEquals({ key, epoch, version, at, names }, {
      key: id,
      epoch: EPOCH,
      version: versions.get(id) ?? -1,
      at: AT_MS,
      names: ["žofie 🗳️"],
    });
  }
  assertEquals(new Set(found.map(({ key }) => key)).size, 50);
});

Deno.test("relayVotes() keeps the votes of one partition in the order of their versions", async () => {
  await using world = await createWorld();
  const kafka = await world.kafka();
  const { send } = startProducer(world, kafka);
  const outbox = createRedisOutbox(world.redis, world.keys);
  await fillOutbox(world, { epoch: EPOCH, count: 2300 });
  assertEquals(await relayVotes({ outbox, send, mayGoOn, log: world.log }), 2300);

  const last = new Map<number, number>();
  for (const { partition, value } of await readTopic(kafka, world.topic)) {
    const { version } = parseStoredVote(value);
    assert(version > (last.get(partition) ?? -1), `version ${version} after ${last.get(partition)}`);
    last.set(partition, version);
  }
  assertEquals(Math.max(...last.values()), 2299);
  // Two full runs and what is left: few partitions, and more than one.
  assertEquals(last.size, 3);
});

Deno.test("relayVotes() trims exactly what Kafka acknowledged, and nothing that came meanwhile", async () => {
  await using world = await createWorld();
  const { send } = startProducer(world, await world.kafka());
  const outbox = createRedisOutbox(world.redis, world.keys);
  await fillOutbox(world, { epoch: EPOCH, count: 250 });
  const moved = await relayVotes({
    outbox,
    async send(messages) {
      await send(messages);
      await fillOutbox(world, { epoch: EPOCH, count: 3 });
    },
    mayGoOn: () => Promise.resolve(false),
    log: world.log,
  });
  assertEquals(moved, 250);
  assertEquals(await outboxIds(world), [`${EPOCH}-250`, `${EPOCH}-251`, `${EPOCH}-252`]);
});

Deno.test("trimThrough() leaves the entries of a newer epoch and of every later version", async () => {
  await using world = await createWorld();
  const outbox = createRedisOutbox(world.redis, world.keys);
  await fillOutbox(world, { epoch: EPOCH, count: 3 });
  await fillOutbox(world, { epoch: EPOCH + 1, count: 2 });
  await outbox.head(5);
  await outbox.trimThrough(`${EPOCH}-1`);
  assertEquals(await outboxIds(world), [`${EPOCH}-2`, `${EPOCH + 1}-0`, `${EPOCH + 1}-1`]);
  await outbox.trimThrough(`${EPOCH}-2`);
  await outbox.trimThrough(`${EPOCH}-2`);
  assertEquals(await outboxIds(world), [`${EPOCH + 1}-0`, `${EPOCH + 1}-1`]);
});

Deno.test("trimThrough() trims no other Redis than the one that was read: its votes may be of an older epoch", async () => {
  await using world = await createWorld();
  let incarnation = "a".repeat(40);
  const moving = Object.create(world.redis, { incarnation: { value: () => incarnation } }) as RedisClient;
  const outbox = createRedisOutbox(moving, world.keys);
  await fillOutbox(world, { epoch: EPOCH, count: 2 });
  const trim = () => outbox.trimThrough(`${EPOCH + 5}-0`);
  await assertRejects(trim, Error, "another Redis has taken the place");
  await outbox.head(5);
  incarnation = "b".repeat(40);
  await assertRejects(trim, Error, "another Redis has taken the place");
  assertEquals((await outboxIds(world)).length, 2);
  await outbox.head(5);
  await trim();
  assertEquals(await outboxIds(world), []);
});

Deno.test("after() reads on behind an id, across epochs, in the Redis whose head was read and in no other", async () => {
  await using world = await createWorld();
  let incarnation = "a".repeat(40);
  const moving = Object.create(world.redis, { incarnation: { value: () => incarnation } }) as RedisClient;
  const outbox = createRedisOutbox(moving, world.keys);
  await fillOutbox(world, { epoch: EPOCH, count: 3 });
  await fillOutbox(world, { epoch: EPOCH + 1, count: 2 });
  const readOn = async (id: string) => (await outbox.after(id, 2)).map((entry) => entry.id);
  await assertRejects(() => readOn(`${EPOCH}-0`), Error, "another Redis has taken the place");
  await outbox.head(1);
  assertEquals(await readOn(`${EPOCH}-0`), [`${EPOCH}-1`, `${EPOCH}-2`]);
  assertEquals(await readOn(`${EPOCH}-1`), [`${EPOCH}-2`, `${EPOCH + 1}-0`]);
  assertEquals(await readOn(`${EPOCH + 1}-1`), []);
  incarnation = "b".repeat(40);
  await assertRejects(() => readOn(`${EPOCH}-0`), Error, "another Redis has taken the place");
});

Deno.test("relayVotes() leaves the stream's last id when it empties the outbox: the guard reads it", async () => {
  await using world = await createWorld();
  const { send } = startProducer(world, await world.kafka());
  await fillOutbox(world, { epoch: EPOCH, count: 4 });
  await relayVotes({ outbox: createRedisOutbox(world.redis, world.keys), send, mayGoOn, log: world.log });
  assertEquals(await outboxIds(world), []);
  const stream = await world.redis.redis.xinfo("STREAM", world.keys.outbox) as unknown[];
  assertEquals(stream[stream.indexOf("last-generated-id") + 1], `${EPOCH}-3`);
});

Deno.test("relayVotes() hands an entry that is no vote to Kafka as it stands", async () => {
  await using world = await createWorld();
  const kafka = await world.kafka();
  const { send } = startProducer(world, kafka);
  const { redis } = world.redis;
  await redis.xadd(world.keys.outbox, `${EPOCH}-*`, "vote", "no json at all", "at", "soon");
  await redis.xadd(world.keys.outbox, `${EPOCH}-*`, "something", "else");
  await fillOutbox(world, { epoch: EPOCH, count: 1 });
  await relayVotes({ outbox: createRedisOutbox(world.redis, world.keys), send, mayGoOn, log: world.log });
  const values = (await readTopic(kafka, world.topic)).map(({ value }) => String(value));
  assertEquals(values.length, 3);
  assert(values.includes(kafkaValue({ id: `${EPOCH}-0`, vote: "no json at all", at: "soon" })));
  assert(values.includes(kafkaValue({ id: `${EPOCH}-1`, vote: "", at: "" })));
  assertEquals(await outboxIds(world), []);
});
