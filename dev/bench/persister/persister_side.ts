/**
 * The persister alone: its own consumer and store over a topic that was filled beforehand.
 *
 * The clock starts when its partitions are assigned, before the first record is fetched, and ends when the last row is
 * committed: fetching, decoding and looking up offsets count, and the wait of Kafka's group for more members does not.
 */
import type { Kafka } from "kafkajs";
import { Registry } from "prom-client";
import type { Logger } from "../../../shared/log/logger.ts";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import { createRunPartitioner } from "../../../workers/outbox_relay/run_partitioner.ts";
import { createVoteConsumer } from "../../../workers/vote_persister/consumer.ts";
import { createPersisterMetrics } from "../../../workers/vote_persister/metrics.ts";
import { createVoteStore, type VoteStore } from "../../../workers/vote_persister/vote_store.ts";
import { BENCH_EPOCH } from "./electorate.ts";

const SEND_RECORDS_MAX = 1000;
const REQUEST_LIFE_MS = 120_000;

export interface PersisterSideOptions {
  readonly world: World;
  readonly kafka: Kafka;
  readonly pool: PostgresPool;
  readonly votes: readonly StoredVote[];
}

/** Empties the tables, fills the topic and stores all of it. Returns votes per second. */
export async function persistAll(options: PersisterSideOptions): Promise<number> {
  const { pool, votes } = options;
  await pool.query("truncate vote_events, votes");
  await pool.query(
    "insert into shards (shard, epoch, shard_count) values (0, $1, 1) on conflict do nothing",
    [
      BENCH_EPOCH,
    ],
  );
  await pool.query("insert into epochs (shard, epoch) values (0, $1) on conflict do nothing", [BENCH_EPOCH]);
  await fillTopic(options);
  return votes.length / (await consumeAll(options) / 1000);
}

async function fillTopic({ world: { topic }, kafka, votes }: PersisterSideOptions): Promise<void> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    // As a relay lays them.
    createPartitioner: createRunPartitioner(0),
  });
  await producer.connect();
  try {
    for (let start = 0; start < votes.length; start += SEND_RECORDS_MAX) {
      const messages = votes.slice(start, start + SEND_RECORDS_MAX)
        .map((vote) => ({ key: vote.id, value: JSON.stringify(vote) }));
      await producer.send({ topic, acks: -1, messages });
    }
  } finally {
    await producer.disconnect();
  }
}

/** Returns the ms from the assignment to the last row. */
async function consumeAll({ world, kafka, pool, votes }: PersisterSideOptions): Promise<number> {
  const stopping = new AbortController();
  let startedAt = NaN;
  const log: Logger = {
    ...world.log,
    debug() {},
    info: (event) => void (event === "partitions_assigned" && (startedAt = performance.now())),
  };
  const { store, lastStoredAt } = countingStore(createVoteStore(pool, { requestLifeMs: REQUEST_LIFE_MS }), {
    count: votes.length,
  });
  const consumer = createVoteConsumer({
    kafka,
    topic: world.topic,
    replicas: 1,
    pool,
    store,
    bury: () => Promise.reject(new Error("Store the bench's votes: one was found malformed")),
    metrics: createPersisterMetrics(new Registry()),
    log,
  });
  const running = consumer.run(stopping.signal);
  try {
    const endedAt = await Promise.race([lastStoredAt, running.then(() => NaN)]);
    return endedAt - startedAt;
  } finally {
    stopping.abort();
    await running;
  }
}

/** Says when so many rows were stored. */
function countingStore(
  store: VoteStore,
  { count }: { count: number },
): { store: VoteStore; lastStoredAt: Promise<number> } {
  const { promise: lastStoredAt, resolve } = Promise.withResolvers<number>();
  let storedCount = 0;
  return {
    lastStoredAt,
    store: {
      ...store,
      async storeVotes(stored) {
        const outcome = await store.storeVotes(stored);
        storedCount += outcome.insertedCount;
        if (storedCount >= count) resolve(performance.now());
        return outcome;
      },
    },
  };
}
