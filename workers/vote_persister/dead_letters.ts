/**
 * Dead letters: records that can never be stored, kept byte for byte with why and where from, so that they can be
 * looked at and replayed. One may be buried twice, never not at all.
 *
 * Mostly it is once: a batch is tried again while Postgres is away, and a partition that is assigned is read again from
 * where Postgres is, so the same records come more than once as a matter of course.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type IHeaders, type Kafka, Partitioners, type Producer } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { deadLetterHeaders, readReplayedFrom } from "../../shared/kafka/dead_letter.ts";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { PersisterMetrics } from "./metrics.ts";
import type { PartitionAddress } from "./store_votes.ts";
import type { MalformedRecord } from "./vote_batch.ts";

export interface DeadLetters {
  bury(address: PartitionAddress, records: readonly MalformedRecord[]): Promise<void>;
  close(): Promise<void>;
}

const ALL_IN_SYNC = -1;
const DEADLINE = { ms: KAFKA_CALL_MS_MAX, what: "Send dead letters to Kafka" };
const DETAIL_LENGTH_MAX = 500;
/** Bytes sent at once: even if they all fall into one partition, they fit in one message set (1 MiB by default). */
const SEND_BYTES_MAX = 900_000;
/** Records that are known to be buried; of older ones a second dead letter does no harm. */
const BURIED_COUNT_MAX = 10_000;
/** What the headers of one record take at most: the detail, and twice an origin with its names and numbers. */
const HEADER_BYTES_MAX = 3 * DETAIL_LENGTH_MAX + 1000;

export function createDeadLetters(
  kafka: Kafka,
  { metrics, log }: { metrics: Pick<PersisterMetrics, "buried">; log: Logger },
): DeadLetters {
  // The promise, not the producer: partitions are stored side by side, and two that bury at once share it.
  let producer: Promise<Producer> | undefined;
  /** Oldest first. */
  const buried = new Set<string>();

  async function connect(): Promise<Producer> {
    const fresh = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await fresh.connect();
    return fresh;
  }

  /** As with votes: a producer that has failed once is not trusted again. */
  function discard(failed: Promise<Producer>): void {
    if (producer === failed) producer = undefined;
    failed.then((each) => each.disconnect())
      .catch((cause) => log.debug("producer_disconnect_failed", { error: cause }));
  }

  function tell(address: PartitionAddress, malformed: MalformedRecord): void {
    const { topic, partition } = address;
    const { reason, record: { offset } } = malformed;
    buried.add(identityOf(address, malformed));
    metrics.buried(reason);
    log.error("record_buried", { reason, topic, partition, offset: `${offset}` });
  }

  return {
    async bury(address, all) {
      const records = all.filter((malformed) => !buried.has(identityOf(address, malformed)));
      if (records.length === 0) return;
      const current = producer ??= connect();
      try {
        const connected = await withinDeadline(() => current, DEADLINE);
        for (const slice of withinBytes(records)) {
          const messages = slice.map((malformed) => ({
            key: toBuffer(malformed.record.key),
            value: toBuffer(malformed.record.value),
            headers: headersOf(address, malformed),
          }));
          const batch = { topic: deadLetterTopic(address.topic), acks: ALL_IN_SYNC, messages };
          await withinDeadline(() => connected.send(batch), DEADLINE);
          for (const malformed of slice) tell(address, malformed);
        }
      } catch (error) {
        discard(current);
        throw error;
      }
      for (const oldest of buried) {
        if (buried.size <= BURIED_COUNT_MAX) break;
        buried.delete(oldest);
      }
    },
    async close() {
      const current = await producer?.catch(() => undefined);
      producer = undefined;
      await current?.disconnect();
    },
  };
}

/** The bytes belong to it: a topic that was deleted and made anew has other records at the same offsets. */
function identityOf(
  { clusterId, topic, partition }: PartitionAddress,
  { record: { offset, value } }: MalformedRecord,
): string {
  const digest = createHash("sha256").update(value ?? new Uint8Array()).digest("base64");
  return [clusterId, topic, partition, offset, digest].join("/");
}

/** Cuts the records into runs that can be sent at once; a record that is too long for any stands alone. */
function withinBytes(records: readonly MalformedRecord[]): MalformedRecord[][] {
  const slices: MalformedRecord[][] = [];
  let bytes = Infinity;
  for (const malformed of records) {
    const { key, value } = malformed.record;
    const size = (key?.length ?? 0) + (value?.length ?? 0) + HEADER_BYTES_MAX;
    if (bytes + size > SEND_BYTES_MAX) {
      slices.push([]);
      bytes = 0;
    }
    slices.at(-1)?.push(malformed);
    bytes += size;
  }
  return slices;
}

/** A record that was replayed keeps where it was buried first, so that its attempts can be counted. */
function headersOf(
  { topic, partition, clusterId }: PartitionAddress,
  { record, reason, detail }: MalformedRecord,
): IHeaders {
  return deadLetterHeaders({
    reason,
    detail: detail.slice(0, DETAIL_LENGTH_MAX),
    origin: { clusterId, topic, partition, offset: record.offset },
    replayedFrom: readReplayedFrom(record.headers),
  });
}

/** kafkajs wants Buffers; the bytes are the same. */
function toBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
