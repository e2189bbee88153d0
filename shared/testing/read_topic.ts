/** Reads back what a topic holds at this moment, in the order of each partition. */
import { Buffer } from "node:buffer";
import type { IHeaders, Kafka } from "kafkajs";

export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export async function readTopic(kafka: Kafka, topic: string): Promise<TopicRecord[]> {
  const ends = await readEnds(kafka, topic);
  const missing = new Map(ends.filter(({ high, low }) => high > low).map((end) => [end.partition, end.high]));
  const records: TopicRecord[] = [];
  if (missing.size === 0) return records;

  const consumer = kafka.consumer({ groupId: `${topic}.${crypto.randomUUID()}`, maxWaitTimeInMs: 100 });
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch({ batch }) {
        for (const { offset, key, value, headers } of batch.messages) {
          records.push({
            partition: batch.partition,
            offset: BigInt(offset),
            key: key?.toString() ?? null,
            value,
            headers: texts(headers),
          });
        }
        if (BigInt(batch.lastOffset()) + 1n >= (missing.get(batch.partition) ?? 0n)) {
          missing.delete(batch.partition);
        }
        if (missing.size === 0) resolve();
        return Promise.resolve();
      },
    });
    await complete;
  } finally {
    await consumer.disconnect();
  }
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

async function readEnds(kafka: Kafka, topic: string) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  } finally {
    await admin.disconnect();
  }
}

function texts(headers: IHeaders | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      Buffer.isBuffer(value) ? value.toString() : String(value),
    ]),
  );
}
