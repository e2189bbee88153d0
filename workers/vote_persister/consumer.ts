/**
 * The consumer of the votes: kafkajs brings batches, Postgres says where they begin and end. Any crash of kafkajs ends
 * its life, and so does its silence; the loop around begins another, with topics and cluster looked at again.
 */
import type { Admin, Consumer, Kafka } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { ensureTopics } from "../../shared/kafka/topics.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { createConsumerLife } from "./consumer_life.ts";
import type { PersistBatchOptions } from "./persist_batch.ts";

export interface ConsumerOptions extends PersistBatchOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly replicas: number;
  readonly pool: PostgresPool;
}

const DEADLINE = { ms: KAFKA_CALL_MS_MAX, what: "Reach Kafka" };
/** How long Kafka waits for a persister that was killed before it gives its partitions to another. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2000;
/** An idle fetch ends after this; one with a record ends at once. */
const FETCH_WAIT_MS = 500;

export interface VoteConsumer {
  /** One life of a consumer: resolves when the signal aborts, rejects when it crashed. */
  run(signal: AbortSignal): Promise<void>;
  isReady(): boolean;
}

export function createVoteConsumer(options: ConsumerOptions): VoteConsumer {
  const { kafka } = options;
  let ready = false;
  return {
    isReady: () => ready,
    async run(signal) {
      const admin = kafka.admin();
      const consumer = createConsumer(options);
      const bounded = <T>(act: () => Promise<T>) => withinDeadline(act, DEADLINE);
      try {
        const clusterId = await bounded(() => prepareCluster(admin, options));
        // An event that has passed would not come again.
        if (signal.aborted) return;
        const life = createConsumerLife({
          ...options,
          signal,
          consumer,
          clusterId,
          admin,
          onAssigned: () => ready = true,
          onUnassigned: () => ready = false,
        });
        try {
          // Joining may take as long as the group waits for a member that is gone: a stop does not.
          await Promise.race([bounded(life.start), life.ended]);
          await life.ended;
        } finally {
          await bounded(life.leave);
        }
      } finally {
        ready = false;
        await bounded(() => consumer.disconnect()).finally(() => bounded(() => admin.disconnect()));
      }
    },
  };
}

/** Returns the cluster's id: where offsets count. */
async function prepareCluster(admin: Admin, options: ConsumerOptions): Promise<string> {
  await admin.connect();
  await ensureTopics(admin, options);
  return (await admin.describeCluster()).clusterId;
}

function createConsumer({ kafka, topic }: ConsumerOptions): Consumer {
  return kafka.consumer({
    groupId: `${topic}.vote_persister`,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    minBytes: 1,
    allowAutoTopicCreation: false,
    // A crash ends this life: the loop begins another from a clean state.
    retry: { retries: 5, initialRetryTime: 200, restartOnFailure: () => Promise.resolve(false) },
  });
}
