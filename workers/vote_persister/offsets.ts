/**
 * Where each partition is to be read from. The offsets that count live in Postgres, beside the rows they speak of, and
 * go back with them when Postgres comes back from a backup. Kafka's committed offsets follow for lag tools only.
 */
import type { Admin } from "kafkajs";
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

/** Kafka has deleted records that were never stored: reading on would skip them without a word. */
export class RecordsForgottenError extends Error {
  override readonly name = "RecordsForgottenError";
}

interface OffsetsInKafka {
  readonly pool: PostgresPool;
  readonly clusterId: string;
  readonly topic: string;
  readonly offsets: ReadonlyMap<number, bigint>;
}

/**
 * Throws `RecordsForgottenError` where Kafka's log begins above an offset that is wanted, and writes down what is gone.
 * The guard keeps votes closed for as long as an operator has not accepted it, which also moves the offset on.
 */
export async function assertNothingForgotten(
  admin: Pick<Admin, "fetchTopicOffsets">,
  { pool, clusterId, topic, offsets }: OffsetsInKafka,
): Promise<void> {
  const gone: { partition: number; offset: bigint; low: bigint }[] = [];
  for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
    const offset = offsets.get(partition);
    if (offset !== undefined && offset < BigInt(low)) gone.push({ partition, offset, low: BigInt(low) });
  }
  const [first] = gone;
  if (!first) return;
  for (const { partition, offset, low } of gone) {
    await pool.query(
      // Only where nobody has moved the offset on since: an acceptance in between must not be taken back.
      `insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset)
       select cluster_id, topic, partition, next_offset, $5 from consumed
       where cluster_id = $1 and topic = $2 and partition = $3 and next_offset = $4 for update
       on conflict (cluster_id, topic, partition, first_offset) do update
       set next_offset = excluded.next_offset, accepted_at = null`,
      [clusterId, topic, partition, offset, low],
    );
  }
  throw new RecordsForgottenError(
    `Read partition ${first.partition} of "${topic}" from offset ${first.offset}: Kafka's log begins at ${first.low}`,
  );
}
