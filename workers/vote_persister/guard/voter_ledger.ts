/**
 * How many votes each voter has cast lately, as the ledger knows it: for a restore. A vote id is a UUIDv7, so the votes of
 * a window lie together in the primary key, and the table that every vote is written to needs no index for this.
 */
import type { VoterVotes } from "../../../shared/redis/poll_scripts.ts";
import type { PostgresClient } from "../../../shared/postgres/pool.ts";

export interface VoterWindow {
  /** Redis's time. */
  readonly timeMs: number;
  readonly windowMs: number;
}

/** Vote ids tell the time of the API's clock, which may be off from Redis's by this much. */
const CLOCKS_APART_MS_MAX = 600_000;
const PORTION_VOTERS = 5000;
/** As long as any statement of a restore: the shard is closed meanwhile. */
const STATEMENT_MS_MAX = 600_000;
const QUERY = { query_timeout: STATEMENT_MS_MAX + 10_000 };

/**
 * Hands over every voter with a vote in the window, in portions, until `take` returns false. Where the voter's own window
 * began is not known, since votes of the one before it may be among these: it is taken to have begun with the last of
 * them, so that nobody gets more than the limit for a restore. Repeats are left out: they were one request.
 */
export async function readVoters(
  client: PostgresClient,
  { shard, timeMs, windowMs, take }: VoterWindow & {
    shard: number;
    take: (voters: readonly VoterVotes[]) => Promise<boolean>;
  },
): Promise<void> {
  const sinceMs = timeMs - windowMs;
  await client.query("begin read only");
  try {
    await client.query(`set local statement_timeout = ${STATEMENT_MS_MAX}`);
    await client.query({
      ...QUERY,
      text: `declare voters no scroll cursor for
        select voter, count(*) as votes, floor(extract(epoch from max(at)) * 1000)::bigint + $4::bigint as ends_at
        from vote_events
        where shard = $1 and vote_id >= $2::uuid and at > to_timestamp($3::bigint / 1000.0)
          and voter is not null and repeat_of is null
        group by voter`,
      values: [shard, firstIdAt(sinceMs - CLOCKS_APART_MS_MAX), sinceMs, windowMs],
    });
    while (true) {
      const { rows } = await client.query<{ voter: string; votes: string; ends_at: string }>({
        ...QUERY,
        text: `fetch ${PORTION_VOTERS} from voters`,
      });
      const voters = rows.map(({ voter, votes, ends_at }) => ({
        voter,
        votes: Number(votes),
        endsAtMs: Number(ends_at),
      }));
      const goesOn = voters.length === 0 || await take(voters);
      if (!goesOn || rows.length < PORTION_VOTERS) break;
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** The least UUIDv7 of a moment; exported for its test. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(ms, 0).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
