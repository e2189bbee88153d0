/** How far Postgres is behind Kafka. */
import type { Kafka } from "kafkajs";
import type { PartitionRange } from "../../../client/dead_letters/read_records.ts";
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";

const ASK_MS_MAX = 15_000;

export interface KafkaLagOptions {
  readonly pool: PostgresPool;
  readonly topic: string;
}

/** Records in the topic that are not stored; throws while Kafka or Postgres does not answer. */
export async function kafkaLag(kafka: Kafka, options: KafkaLagOptions): Promise<number> {
  const ranges = await unstoredRanges(kafka, options);
  return ranges.reduce((sum, { from, end }) => sum + Number(end - from), 0);
}

/** Where those records lie, one range a partition. */
export async function unstoredRanges(
  kafka: Kafka,
  { pool, topic }: KafkaLagOptions,
): Promise<PartitionRange[]> {
  const admin = kafka.admin();
  const ask = async () => {
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    return { clusterId, offsets: await admin.fetchTopicOffsets(topic) };
  };
  try {
    const { clusterId, offsets } = await withinDeadline(ask, { ms: ASK_MS_MAX, what: "Read Kafka's ends" });
    const { rows } = await pool.query<{ partition: number; next_offset: string }>(
      "select partition, next_offset from consumed where cluster_id = $1 and topic = $2",
      [clusterId, topic],
    );
    const next = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
    return offsets.map(({ partition, high }) => ({
      partition,
      from: next.get(partition) ?? 0n,
      end: BigInt(high),
    }));
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
