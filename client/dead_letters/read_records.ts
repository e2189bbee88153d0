/**
 * Reads a stretch of each partition of a topic, once, in order, and leaves no consumer group behind: kafkajs has no way
 * to read without one.
 *
 * Promise: each record in the ranges is handed on exactly once, also when kafkajs joins its group anew and begins
 * again; it ends with an error rather than wait for ever.
 */
import type { Admin, Consumer, Kafka, KafkaMessage } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { Logger } from "../../shared/log/logger.ts";

/** Offsets from `from` up to, not including, `end`. */
export interface PartitionRange {
  readonly partition: number;
  readonly from: bigint;
  readonly end: bigint;
}

export interface ReadRecordsOptions {
  readonly topic: string;
  readonly ranges: readonly PartitionRange[];
  /** Called for one run of a partition at a time, never twice at once. */
  readonly onRecords: (partition: number, records: readonly KafkaMessage[]) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

const LOOK_MS = 1000;
const FETCH_WAIT_MS = 100;
const GROUP_RETRY_MS_MAX = 2000;

/** What the topic holds at this moment, or undefined when there is no such topic. */
export async function readRanges(kafka: Kafka, topic: string): Promise<PartitionRange[] | undefined> {
  return await withAdmin(kafka, async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return undefined;
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, from: BigInt(low), end: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  });
}

export async function readRecords(kafka: Kafka, options: ReadRecordsOptions): Promise<void> {
  const { topic, signal, log } = options;
  signal.throwIfAborted();
  const ranges = options.ranges.filter(({ from, end }) => from < end);
  if (ranges.length === 0) return;
  const groupId = `${topic}.reader.${crypto.randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    // A Kafka that has just started is still loading its groups for a while.
    retry: { retries: 5, maxRetryTime: GROUP_RETRY_MS_MAX, restartOnFailure: () => Promise.resolve(false) },
  });
  try {
    await consumeRanges(consumer, { ...options, ranges });
  } finally {
    await bounded(() => consumer.disconnect());
    // It held nothing and was this reader's alone; Kafka would forget it by itself, later.
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]))
      .catch((error) => log.debug("group_delete_failed", { groupId, error }));
  }
}

async function consumeRanges(consumer: Consumer, options: ReadRecordsOptions): Promise<void> {
  const { topic, ranges, onRecords, signal } = options;
  const missing = new Map(ranges.map((range) => [range.partition, { next: range.from, end: range.end }]));
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  // It may fail while the consumer still starts, before anybody waits for the end.
  ended.catch(() => {});
  const stopWatching = watch(consumer, { signal, onFailure: reject });
  const pause = (partitions: number[]) => {
    if (partitions.length > 0) consumer.pause([{ topic, partitions }]);
  };
  try {
    await bounded(() => consumer.connect());
    await bounded(() => consumer.subscribe({ topics: [topic], fromBeginning: true }));
    const running = consumer.run({
      autoCommit: false,
      async eachBatch({ batch, heartbeat }) {
        const range = missing.get(batch.partition);
        if (!range) return;
        const wanted = batch.messages.filter(({ offset }) =>
          BigInt(offset) >= range.next && BigInt(offset) < range.end
        );
        try {
          // Not beyond the end: kafkajs leaves its group only when this has returned.
          if (wanted.length > 0) await Promise.race([onRecords(batch.partition, wanted), ended]);
        } catch (error) {
          // kafkajs would try it again; whoever asked for the records decides.
          missing.clear();
          return reject(error);
        }
        range.next = maxOf(range.next, BigInt(batch.lastOffset()) + 1n);
        if (range.next >= range.end) {
          missing.delete(batch.partition);
          pause([batch.partition]);
        }
        if (missing.size === 0) return resolve();
        await heartbeat();
      },
    });
    await bounded(() => Promise.race([running, ended]));
    for (const { partition, from } of ranges) consumer.seek({ topic, partition, offset: String(from) });
    await ended;
  } finally {
    stopWatching();
  }
}

/** Tells of a crash, of a stop, and of a broker that sends nothing more. Returns what ends the watch. */
function watch(
  consumer: Consumer,
  { signal, onFailure }: { signal: AbortSignal; onFailure: (reason: unknown) => void },
): () => void {
  let heardAt = performance.now();
  const onAbort = () => onFailure(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const removals = [
    consumer.on(consumer.events.CRASH, ({ payload }) => onFailure(payload.error)),
    consumer.on(consumer.events.END_BATCH_PROCESS, () => void (heardAt = performance.now())),
  ];
  const timer = setInterval(() => {
    if (performance.now() - heardAt <= KAFKA_CALL_MS_MAX) return;
    onFailure(new Error(`Read records from Kafka: nothing came for ${KAFKA_CALL_MS_MAX} ms`));
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    signal.removeEventListener("abort", onAbort);
    for (const remove of removals) remove();
  };
}

async function withAdmin<T>(kafka: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await bounded(() => admin.connect());
    return await bounded(() => act(admin));
  } finally {
    await bounded(() => admin.disconnect());
  }
}

function bounded<T>(act: () => Promise<T>): Promise<T> {
  return withinDeadline(act, { ms: KAFKA_CALL_MS_MAX, what: "Reach Kafka" });
}

function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
