/**
 * Puts records back into the topic of the votes, key and bytes unchanged, acknowledged by every replica in sync.
 *
 * Not idempotent, as everywhere: kafkajs's idempotent producer may acknowledge and drop. A record that is sent twice is
 * counted once.
 */
import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { originText, REPLAYED_FROM_HEADER } from "../../shared/kafka/dead_letter.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import { bytesOf, type Letter } from "./letter.ts";

export interface ReplayProducer {
  /** Calls back for each run of letters that Kafka has acknowledged. */
  send(letters: readonly Letter[], onSent: (letters: readonly Letter[]) => void): Promise<void>;
  close(): Promise<void>;
}

const ALL_IN_SYNC = -1;
/** Bytes sent at once: even if they all fall into one partition, they fit in one message set (1 MiB by default). */
const SEND_BYTES_MAX = 900_000;
/** What Kafka and the header add to a record, at most. */
const OVERHEAD_BYTES_MAX = 1000;
/** Kafka took the record in as it was; with one more header it might be too long. */
const LABELLED_BYTES_MAX = 1_048_588 - OVERHEAD_BYTES_MAX;

export function createReplayProducer(kafka: Kafka, topic: string): ReplayProducer {
  let producer: Producer | undefined;

  async function connected(): Promise<Producer> {
    if (producer) return producer;
    producer = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  return {
    async send(letters, onSent) {
      for (const slice of withinBytes(letters)) {
        const batch = {
          topic,
          acks: ALL_IN_SYNC,
          compression: CompressionTypes.None,
          messages: slice.map(toMessage),
        };
        await withinDeadline(async () => await (await connected()).send(batch), {
          ms: KAFKA_CALL_MS_MAX,
          what: `Send records to "${topic}"`,
        });
        onSent(slice);
      }
    },
    async close() {
      await producer?.disconnect();
      producer = undefined;
    },
  };
}

/** The record's first origin goes with it, so that all its attempts are known for one record's. */
function toMessage(letter: Letter): Message {
  const { key, value, label } = letter;
  if (!label || bytesOf(letter) > LABELLED_BYTES_MAX) return { key, value };
  return { key, value, headers: { [REPLAYED_FROM_HEADER]: originText(label.replayedFrom ?? label.origin) } };
}

/** Cuts the letters into runs that can be sent at once; one that is too long for any stands alone. */
function withinBytes(letters: readonly Letter[]): Letter[][] {
  const slices: Letter[][] = [];
  let bytes = Infinity;
  for (const letter of letters) {
    const size = bytesOf(letter) + OVERHEAD_BYTES_MAX;
    if (bytes + size > SEND_BYTES_MAX) {
      slices.push([]);
      bytes = 0;
    }
    slices.at(-1)?.push(letter);
    bytes += size;
  }
  return slices;
}
