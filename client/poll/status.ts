/** What the poll is, and how far each shard obeys, as Postgres tells it. */
import type { PollState } from "../../shared/poll/poll_state.ts";
import { type PollRow, readPoll } from "../../shared/poll/poll_table.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { SHARD_COUNT } from "../../shared/vote/rules.ts";

/** Which names may be voted for. */
export type CandidatesStatus = { readonly kind: "any" } | { readonly kind: "listed"; readonly count: number };

export interface ShardStatus {
  readonly shard: number;
  /** Redis obeys the poll as it is. */
  readonly obeys: boolean;
  /** By Redis's clock: since when voting is what that shard obeys; null for one that never obeyed any. */
  readonly votingSince: string | null;
  readonly candidates: CandidatesStatus | null;
}

export interface PollStatus extends PollState {
  readonly revision: string;
  /** When it was asked for, by Postgres's clock. */
  readonly votingSince: string;
  readonly resultsSince: string;
  /** Every shard obeys. */
  readonly applied: boolean;
  readonly shards: readonly ShardStatus[];
}

interface AppliedRow {
  readonly shard: number;
  readonly revision: string;
  readonly voting_since: Date;
  readonly candidates_count: number | null;
}

export async function readStatus(pool: PostgresPool): Promise<PollStatus> {
  const poll = await readPoll(pool);
  const { rows } = await pool.query<AppliedRow>(
    "select shard, revision, voting_since, candidates_count from poll_applied",
  );
  const applied = new Map(rows.map((row) => [row.shard, row]));
  // A shard that no guard has opened yet has no row anywhere.
  const shards = Array.from(
    { length: SHARD_COUNT },
    (_, shard) => shardStatus(shard, { poll, row: applied.get(shard) }),
  );
  const { revision, voting, results, votingSince, resultsSince } = poll;
  return {
    revision,
    voting,
    results,
    votingSince: votingSince.toISOString(),
    resultsSince: resultsSince.toISOString(),
    applied: shards.every(({ obeys }) => obeys),
    shards,
  };
}

function shardStatus(
  shard: number,
  { poll, row }: { poll: PollRow; row: AppliedRow | undefined },
): ShardStatus {
  if (!row) return { shard, obeys: false, votingSince: null, candidates: null };
  return {
    shard,
    obeys: row.revision === poll.revision,
    votingSince: row.voting_since.toISOString(),
    candidates: row.candidates_count === null
      ? { kind: "any" }
      : { kind: "listed", count: row.candidates_count },
  };
}
