/** A ledger of its own for a test of the persister: rows to begin from, and looks at what became of them. */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { byName, EPOCH, kafkaBytes } from "../../../shared/testing/votes.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import { readNextOffsets } from "../offsets.ts";
import type { PartitionAddress } from "../store_votes.ts";
import type { MalformedRecord, VoteBatch } from "../vote_batch.ts";

/** A row of `vote_events`, as far as tests look at it. */
export interface LedgerEvent {
  readonly vote_id: string;
  readonly version: number;
  readonly usernames: readonly string[];
  readonly counts: readonly number[];
  readonly voter: string | null;
  readonly request_id: string | null;
  readonly request_seq: number;
  readonly repeat_of: string | null;
  readonly carry: number;
}

export interface Ledger {
  readonly pool: PostgresPool;
  /** Partition 0, whose row in `consumed` says 0. */
  readonly address: PartitionAddress;
  /** Another partition, from 0 on. */
  addPartition(partition: number): Promise<PartitionAddress>;
  /** An epoch's row: open, or sealed with what Redis holds of it. */
  addEpoch(epoch: number, includedVersion: number | null): Promise<void>;
  totals(): Promise<[name: string, total: number][]>;
  rowVersions(): Promise<[name: string, version: number][]>;
  /** In the order of versions. */
  events(): Promise<LedgerEvent[]>;
  nextOffset(address?: PartitionAddress): Promise<bigint>;
}

/** Shard 0 with `EPOCH` open, or nothing of it: as before a guard's first look. */
export async function createLedger(
  world: World,
  { openShard = true }: { openShard?: boolean } = {},
): Promise<Ledger> {
  const pool = await world.postgres();
  const partition = (number: number) => ({
    clusterId: "cluster-of-the-test",
    topic: world.topic,
    partition: number,
  });
  const ledger: Ledger = {
    pool,
    address: partition(0),
    async addPartition(number) {
      const address = partition(number);
      await readNextOffsets(pool, { ...address, partitions: [number] });
      return address;
    },
    async addEpoch(epoch, includedVersion) {
      await pool.query("insert into epochs (shard, epoch, included_version) values (0, $1, $2)", [
        epoch,
        includedVersion,
      ]);
    },
    totals: () => numbers(pool, "select username as name, count as number from votes"),
    rowVersions: () => numbers(pool, "select username as name, version as number from votes"),
    async events() {
      const { rows } = await pool.query<LedgerEvent>(
        `select vote_id, version::int, usernames, counts, voter, request_id, request_seq, repeat_of, carry
         from vote_events order by epoch, version, vote_id`,
      );
      return rows;
    },
    async nextOffset(address = partition(0)) {
      const { rows } = await pool.query<{ next_offset: string }>(
        "select next_offset from consumed where cluster_id = $1 and topic = $2 and partition = $3",
        [address.clusterId, address.topic, address.partition],
      );
      return BigInt(rows[0]?.next_offset ?? -1);
    },
  };
  if (openShard) {
    await pool.query("insert into shards (shard, epoch, shard_count) values (0, $1, 1)", [EPOCH]);
    await ledger.addEpoch(EPOCH, null);
  }
  await ledger.addPartition(0);
  return ledger;
}

/** The batch that these votes make at an offset; a malformed record takes the offset that it names. */
export function batchOf(
  votes: readonly StoredVote[],
  { firstOffset = 0n, malformed = [] }: { firstOffset?: bigint; malformed?: readonly MalformedRecord[] } = {},
): VoteBatch {
  const taken = new Set(malformed.map(({ record }) => record.offset));
  let offset = firstOffset;
  const next = () => {
    while (taken.has(offset)) offset += 1n;
    return offset++;
  };
  const placed = votes.map((vote) => ({
    record: { offset: next(), key: new TextEncoder().encode(vote.id), value: kafkaBytes(vote) },
    vote,
  }));
  while (taken.has(offset)) offset += 1n;
  return { firstOffset, nextOffset: offset, votes: placed, malformed };
}

/** A record that is no vote, at an offset. */
export function malformedAt(offset: bigint, text = "no vote"): MalformedRecord {
  return {
    record: { offset, key: null, value: new TextEncoder().encode(text) },
    reason: "not_json",
    detail: "Wanted a JSON object in UTF-8",
  };
}

async function numbers(pool: PostgresPool, sql: string): Promise<[string, number][]> {
  const { rows } = await pool.query<{ name: string; number: string }>(sql);
  return byName(rows.map(({ name, number }) => [name, Number(number)]));
}
