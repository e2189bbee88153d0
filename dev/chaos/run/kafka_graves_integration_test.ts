import { assertEquals } from "@std/assert";
import { storedVotes } from "../../../shared/testing/votes.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { findInKafka, readUnstored } from "./kafka_graves.ts";
import { kafkaLag } from "./kafka_lag.ts";

/** Four votes in one partition, a record that is no vote behind them, and another vote in a second partition. */
async function createTopic(world: World) {
  const kafka = await world.kafka();
  const votes = storedVotes(5, { vary: (index) => (index === 4 ? {} : { requestId: `request-${index}` }) });
  const messages = votes.map((vote, place) => ({
    key: vote.id,
    value: JSON.stringify(vote),
    partition: place < 4 ? 0 : 1,
  }));
  const producer = kafka.producer();
  await producer.connect();
  try {
    await producer.send({ topic: world.topic, messages: [...messages, { value: "no vote", partition: 0 }] });
  } finally {
    await producer.disconnect();
  }
  return { kafka, votes };
}

async function clusterIdOf(kafka: Awaited<ReturnType<World["kafka"]>>): Promise<string> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}

Deno.test("readUnstored() reads the votes that Kafka has and Postgres has not", async () => {
  await using world = await createWorld();
  const [{ kafka, votes }, pool] = [await createTopic(world), await world.postgres()];
  const { topic, log } = world;
  await pool.query(
    "insert into consumed (cluster_id, topic, partition, next_offset) values ($1, $2, 0, 3), ('wiped', $2, 1, 7)",
    [await clusterIdOf(kafka), topic],
  );
  const unstored = await readUnstored(kafka, { pool, topic, log, signal: AbortSignal.timeout(60_000) });
  const wanted = [votes[3]!, votes[4]!].map(({ id, epoch, version, requestId, names, counts }) => ({
    voteId: id,
    epoch,
    version,
    ...(requestId === undefined ? {} : { requestId }),
    names,
    counts,
  }));
  assertEquals(unstored.toSorted((a, b) => a.version - b.version), wanted);
  assertEquals(await kafkaLag(kafka, { pool, topic }), 3);
});

Deno.test("findInKafka() finds which votes a topic holds", async () => {
  await using world = await createWorld();
  const { kafka, votes } = await createTopic(world);
  const { topic, log } = world;
  const voteIds = new Set([votes[1]!.id, votes[4]!.id, crypto.randomUUID()]);
  const found = await findInKafka(kafka, { voteIds, topic, log, signal: AbortSignal.timeout(60_000) });
  assertEquals(found, new Set([votes[1]!.id, votes[4]!.id]));
});
