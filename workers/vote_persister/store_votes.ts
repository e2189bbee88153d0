/** The persister's one statement, typed: parameters in, what happened out. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { fingerprint } from "../../shared/vote/fingerprint.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import storeVotesSql from "./store_votes.sql" with { type: "text" };
import type { VoteBatch } from "./vote_batch.ts";

/** One partition of one Kafka cluster: where offsets count. */
export interface PartitionAddress {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
}

export interface StoreOutcome {
  /** False: the batch begins above what Postgres has stored, and nothing was written. */
  readonly gateOpen: boolean;
  readonly insertedCount: number;
  /** Vote ids whose request id another vote holds: not stored yet, so the offset has not moved. */
  readonly contested: readonly string[];
  /** `<epoch>-<version>` of votes whose version another vote has too. */
  readonly versionClashes: readonly string[];
}

interface StoreRow {
  gate_open: boolean;
  inserted_count: number;
  contested: string[];
  version_clashes: string[];
}

/** Stores a batch. Every effect is in this one statement, so it happens whole or not at all, and twice is once. */
export async function storeVotes(
  pool: PostgresPool,
  { address, batch }: { address: PartitionAddress; batch: VoteBatch },
): Promise<StoreOutcome> {
  const votes = batch.votes.map(({ vote }) => vote);
  const { rows } = await pool.query<StoreRow>({
    name: "store_votes",
    text: storeVotesSql,
    values: [
      address.clusterId,
      address.topic,
      address.partition,
      batch.firstOffset,
      batch.nextOffset,
      plainArrayLiteral(votes.map((vote) => vote.id)),
      plainArrayLiteral(votes.map((vote) => vote.shard)),
      plainArrayLiteral(votes.map((vote) => vote.epoch)),
      plainArrayLiteral(votes.map((vote) => vote.version)),
      plainArrayLiteral(votes.map((vote) => vote.at)),
      votes.map((vote) => textArrayLiteral(vote.names)),
      votes.map((vote) => plainArrayLiteral(vote.counts)),
      votes.map((vote) => vote.voter ?? null),
      votes.map((vote) => vote.requestId ?? null),
      votes.map(requestFingerprint),
    ],
  });
  const row = rows[0];
  if (!row) throw new Error("Store votes: the statement returned no row");
  return {
    gateOpen: row.gate_open,
    insertedCount: row.inserted_count,
    contested: row.contested,
    versionClashes: row.version_clashes,
  };
}

/** Only votes with a request id are ever compared. */
export function requestFingerprint({ names, counts, voter, requestId }: StoredVote): Uint8Array | null {
  return requestId === undefined ? null : fingerprint({ names, counts, voter });
}

/** A Postgres array literal of ids or numbers: pg would look through each of them for what needs escaping. */
function plainArrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.join(",")}}`;
}

/** A Postgres array literal. Names hold no control characters, so quotes and backslashes are all that needs care. */
export function textArrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
