/** What the guard reads of the poll in Postgres, and notes there: on the connection that holds its lock. */
import {
  changePoll,
  type GivenTotals,
  lockPoll,
  type PollRow,
  readPoll,
} from "../../../shared/poll/poll_table.ts";
import type { PollState } from "../../../shared/poll/poll_state.ts";
import type { PostgresClient } from "../../../shared/postgres/pool.ts";

/** The poll, and whether Postgres knows the revision that Redis speaks of: if not, Postgres went back to a backup. */
export interface PollSeen {
  readonly poll: PollRow;
  readonly isKnown: boolean;
}

export interface PollToNote {
  readonly revision: string;
  readonly votingSinceMs: number;
  /** Undefined where any name may be voted for. */
  readonly candidates: { readonly digest: string; readonly count: number } | undefined;
}

export interface PollLedger {
  /** `revision` is what Redis obeys, undefined where it never obeyed any. */
  read(revision: string | undefined): Promise<PollSeen>;
  /** Within `transact`. Undefined, and nothing is changed, where the poll has changed since it was read. */
  adopt(
    adopted: { from: PollRow; to: PollState; totals: GivenTotals["totals"] | undefined },
  ): Promise<PollRow | undefined>;
  /** What is published under a revision; undefined when another one is by now. */
  frozenTotals(frozenRevision: string): Promise<[name: string, total: string][] | undefined>;
  note(applied: PollToNote): Promise<void>;
}

/** A million totals take some seconds. */
const TOTALS_QUERY = { query_timeout: 125_000 };

export function createPollLedger(client: PostgresClient, shard: number): PollLedger {
  return {
    read: (revision) => readSeen(client, revision),
    async adopt({ from, to, totals }) {
      const poll = await lockPoll(client);
      if (poll.revision !== from.revision) return undefined;
      return await changePoll(client, { from: poll, to, frozen: totals && { shard, totals } });
    },
    frozenTotals: (frozenRevision) => frozenTotals(client, { shard, frozenRevision }),
    note: (applied) => note(client, { shard, ...applied }),
  };
}

async function readSeen(client: PostgresClient, revision: string | undefined): Promise<PollSeen> {
  const poll = await readPoll(client);
  if (revision === undefined) return { poll, isKnown: true };
  // Compared as text: what stands in Redis need not be an id at all.
  const { rows: [row] } = await client.query<{ known: boolean }>(
    "select exists (select from poll_revisions where revision::text = $1) as known",
    [revision],
  );
  return { poll, isKnown: row?.known ?? false };
}

/** One statement: the operator may publish, which deletes the totals, at any moment. */
async function frozenTotals(
  client: PostgresClient,
  { shard, frozenRevision }: { shard: number; frozenRevision: string },
): Promise<[name: string, total: string][] | undefined> {
  const { rows } = await client.query<{ username: string | null; count: string }>({
    ...TOTALS_QUERY,
    text: `select t.username, t.count
      from poll p join poll_revisions r using (revision)
      left join frozen_totals t on t.revision = r.frozen_revision and t.shard = $1
      where r.frozen_revision = $2`,
    values: [shard, frozenRevision],
  });
  if (rows.length === 0) return undefined;
  return rows.flatMap(({ username, count }) => username === null ? [] : [[username, count]]);
}

async function note(
  client: PostgresClient,
  { shard, revision, votingSinceMs, candidates }: PollToNote & { shard: number },
): Promise<void> {
  await client.query(
    `insert into poll_applied as a (shard, revision, voting_since, candidates_digest, candidates_count)
     values ($1, $2, to_timestamp($3::bigint / 1000.0), $4, $5)
     on conflict (shard) do update set revision = excluded.revision, voting_since = excluded.voting_since,
       candidates_digest = excluded.candidates_digest, candidates_count = excluded.candidates_count, applied_at = now()`,
    [shard, revision, votingSinceMs, candidates?.digest ?? null, candidates?.count ?? null],
  );
}
