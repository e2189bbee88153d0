/**
 * How many records the partitions of this persister hold that are not stored yet, from what kafkajs learns with each
 * batch anyway: nobody is asked for it. While no batch comes it stands still; what the guard sees of the whole way from
 * Redis to Postgres does not.
 */
import type { Consumer } from "kafkajs";
import type { PersisterMetrics } from "./metrics.ts";

export function watchConsumerLag(
  consumer: Pick<Consumer, "on" | "events">,
  { topic, metrics }: { topic: string; metrics: Pick<PersisterMetrics, "behind"> },
): void {
  const behind = new Map<number, number>();
  const tell = () => metrics.behind([...behind.values()].reduce((sum, records) => sum + records, 0));
  const { GROUP_JOIN, START_BATCH_PROCESS, END_BATCH_PROCESS } = consumer.events;
  // Other partitions are others' to tell.
  consumer.on(GROUP_JOIN, ({ payload }) => {
    const assigned = new Set(payload.memberAssignment[topic] ?? []);
    for (const partition of behind.keys()) if (!assigned.has(partition)) behind.delete(partition);
    tell();
  });
  // Its own records count as behind for as long as they are being stored, however long that takes.
  consumer.on(START_BATCH_PROCESS, ({ payload: { partition, offsetLag, batchSize } }) => {
    behind.set(partition, Number(offsetLag) + batchSize);
    tell();
  });
  consumer.on(END_BATCH_PROCESS, ({ payload: { partition, offsetLag } }) => {
    behind.set(partition, Number(offsetLag));
    tell();
  });
}
