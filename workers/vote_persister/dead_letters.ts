/**
 * Dead letters: records that can never be stored, kept byte for byte with why and where from, so that they can be
 * looked at and replayed. A crash may bury one twice, never not at all.
 */
import { Buffer } from "node:buffer";
import { type IHeaders, type Kafka, Partitioners, type Producer } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { Logger } from "../../shared/log/logger.ts";
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
/** What the headers of one record take at most. */
const HEADER_BYTES_MAX = 3 * DETAIL_LENGTH_MAX + 1000;

export function createDeadLetters(kafka: Kafka, log: Logger): DeadLetters {
  // The promise, not the producer: partitions are stored side by side, and two that bury at once share it.
  let producer: Promise<Producer> | undefined;

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

  return {
    async bury(address, records) {
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
        }
      } catch (error) {
        discard(current);
        throw error;
      }
      for (const { record, reason } of records) {
        log.error("record_buried", {
          reason,
          topic: address.topic,
          partition: address.partition,
          offset: `${record.offset}`,
        });
      }
    },
    async close() {
      const current = await producer?.catch(() => undefined);
      producer = undefined;
      await current?.disconnect();
    },
  };
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

function headersOf(
  { topic, partition, clusterId }: PartitionAddress,
  { record, reason, detail }: MalformedRecord,
): IHeaders {
  return {
    "cast-reason": reason,
    "cast-detail": detail.slice(0, DETAIL_LENGTH_MAX),
    "cast-cluster": clusterId,
    "cast-topic": topic,
    "cast-partition": String(partition),
    "cast-offset": String(record.offset),
  };
}

/** kafkajs wants Buffers; the bytes are the same. */
function toBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
