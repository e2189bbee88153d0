import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "node:net";
import { Kafka, logLevel } from "kafkajs";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { createTcpProxy, type TcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { EPOCH, fillOutbox } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
import { relayVotes } from "./relay.ts";
import { createVoteProducer } from "./vote_producer.ts";

/** A relay whose every connection to Kafka runs through a proxy, whatever address the broker advertises. */
async function startRelay(world: World) {
  const kafka = await world.kafka();
  const [hostname, port] = (world.addresses.kafkaBrokers[0] as string).split(":") as [string, string];
  const proxy = createTcpProxy({ hostname, port: Number(port) });
  world.defer(() => proxy[Symbol.asyncDispose]());
  const producer = createVoteProducer(proxiedKafka(world, proxy), {
    topic: world.topic,
    replicas: 1,
    log: world.log,
  });
  world.defer(() => producer.close());
  const outbox = createRedisOutbox(world.redis, world.keys);
  return {
    kafka,
    proxy,
    producer,
    step: () =>
      relayVotes({ outbox, send: producer.send, mayGoOn: () => Promise.resolve(true), log: world.log }),
    outboxLength: () => world.redis.redis.xlen(world.keys.outbox),
  };
}

function proxiedKafka(world: World, proxy: TcpProxy): Kafka {
  return new Kafka({
    brokers: [...world.addresses.kafkaBrokers],
    socketFactory: ({ onConnect }) => connect({ host: "127.0.0.1", port: proxy.port }, onConnect),
    // A lost answer is given up soon and never asked for again behind the relay's back.
    requestTimeout: 1500,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
}

Deno.test("a relay whose answers Kafka's network swallows trims nothing, then loses nothing", async () => {
  await using world = await createWorld();
  const { kafka, proxy, producer, step, outboxLength } = await startRelay(world);
  await producer.prepare();
  const records = await fillOutbox(world, { epoch: EPOCH, count: 40 });

  proxy.swallowAnswers();
  await assertRejects(step);
  assertEquals(await outboxLength(), 40);
  assert(!producer.isReady());

  proxy.restore();
  await waitFor(() => step().then((moved) => moved === 40, () => false), { what: "the batch again" });
  assertEquals(await outboxLength(), 0);
  const keys = (await readTopic(kafka, world.topic)).map(({ key }) => key);
  assertEquals(new Set(keys), new Set(records.map(({ id }) => id)));
  // The broker had taken in the first batch: its answer was lost, so the votes are there twice, and none is missing.
  assert(keys.length >= 40);
});

Deno.test("a relay that is cut off again and again while votes come in brings each of them to Kafka", async () => {
  await using world = await createWorld();
  const { kafka, proxy, step, outboxLength } = await startRelay(world);
  const ids = new Set<string>();
  for (let round = 0; round < 4; round++) {
    for (const { id } of await fillOutbox(world, { epoch: EPOCH, count: 25 })) ids.add(id);
    const moving = step().catch(() => 0);
    proxy.cut();
    await moving;
    proxy.restore();
    await waitFor(() => step().then(async () => await outboxLength() === 0, () => false), {
      what: "an empty outbox",
    });
  }
  assertEquals(new Set((await readTopic(kafka, world.topic)).map(({ key }) => key)), ids);
});

Deno.test("producer.send() throws the producer away after an error and begins with a new one", async () => {
  await using world = await createWorld();
  const { proxy, producer } = await startRelay(world);
  const connected = () => world.log.events.filter(({ event }) => event === "producer_connected").length;
  await producer.send([{ key: "a", value: "1" }]);
  await producer.send([{ key: "b", value: "2" }]);
  assertEquals(connected(), 1);
  assert(producer.isReady());

  proxy.cut();
  await assertRejects(() => producer.send([{ key: "c", value: "3" }]));
  assert(!producer.isReady());
  await assertRejects(() => producer.prepare());
  proxy.restore();
  await waitFor(() => producer.prepare().then(() => true, () => false), { what: "a new producer" });
  assertEquals(connected(), 2);
  await producer.send([{ key: "d", value: "4" }]);
});

Deno.test("producer.prepare() makes both topics, and does not mind that they are there", async () => {
  await using world = await createWorld();
  const kafka = new Kafka({ brokers: [...world.addresses.kafkaBrokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  world.defer(() => admin.deleteTopics({ topics: [world.topic, `${world.topic}.dead`] }));
  const options = { topic: world.topic, replicas: 1, log: world.log };
  const producers = [createVoteProducer(kafka, options), createVoteProducer(kafka, options)];
  for (const producer of producers) world.defer(() => producer.close());
  await Promise.all(producers.map((producer) => producer.prepare()));
  const { topics } = await admin.fetchTopicMetadata({ topics: [world.topic, `${world.topic}.dead`] });
  assertEquals(topics.map(({ partitions }) => partitions.length), [12, 12]);
});
