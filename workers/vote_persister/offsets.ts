/**
 * Where each partition is to be read from. The offsets that count live in Postgres, beside the rows they speak of, and
 * go back with them when Postgres comes back from a backup. Kafka's committed offsets follow for lag tools only.
 */
import type { Admin } from "kafkajs";
import { FatalError } from "../../shared/lifecycle/loop.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";

/** The partitions of one topic of one Kafka cluster. */
export interface PartitionsAddress {
  readonly clusterId: string;
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** Returns the next offset to read of each partition; one that was never read begins at 0. */
export async function readNextOffsets(
  pool: PostgresPool,
  { clusterId, topic, partitions }: PartitionsAddress,
): Promise<Map<number, bigint>> {
  await pool.query(
    `insert into consumed (cluster_id, topic, partition, next_offset)
     select $1, $2, partition, 0 from unnest($3::int[]) as partition order by partition on conflict do nothing`,
    [clusterId, topic, partitions],
  );
  const { rows } = await pool.query<{ partition: number; next_offset: string }>(
    "select partition, next_offset from consumed where cluster_id = $1 and topic = $2 and partition = any($3)",
    [clusterId, topic, partitions],
  );
  return new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
}

/**
 * Throws `FatalError` when Kafka has already forgotten records that Postgres has not stored: reading on would skip
 * them without a word.
 */
export async function assertNothingForgotten(
  admin: Pick<Admin, "fetchTopicOffsets">,
  { topic, offsets }: { topic: string; offsets: ReadonlyMap<number, bigint> },
): Promise<void> {
  for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
    const offset = offsets.get(partition);
    if (offset !== undefined && offset < BigInt(low)) {
      throw new FatalError(
        `Read partition ${partition} of "${topic}" from offset ${offset}: Kafka's log begins at ${low}`,
      );
    }
  }
}
