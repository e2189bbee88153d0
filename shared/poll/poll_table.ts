/**
 * The poll as Postgres keeps it: one row that names a revision, and every revision that ever was. A change is a new
 * revision under a fresh id, even where it changes nothing: whoever asked can then tell that it was obeyed after they asked.
 */
import type { PostgresClient } from "../postgres/pool.ts";
import type { PollState, Results, Voting } from "./poll_state.ts";

export interface PollRow extends PollState {
  readonly revision: string;
  /** Whose totals are published; undefined while results are live. */
  readonly frozenRevision: string | undefined;
  /** By Postgres's clock. */
  readonly votingSince: Date;
  readonly resultsSince: Date;
}

/** Totals to publish that are not those of `votes`: of one shard. */
export interface GivenTotals {
  readonly shard: number;
  readonly totals: readonly (readonly [name: string, total: string])[];
}

export interface PollChange {
  /** What it is a change of, as `lockPoll` gave it. */
  readonly from: PollRow;
  readonly to: PollState;
  /** Absent: results that freeze are those of `votes` in this transaction. */
  readonly frozen?: GivenTotals | undefined;
}

/** A million totals are written in some seconds. */
const FREEZE_MS_MAX = 120_000;
/** Above what the server gives a statement of `changePoll`, in a guard's transaction too. */
const FREEZE_QUERY = { query_timeout: 605_000 };

const READ_POLL = `select r.revision, r.voting, r.results, r.frozen_revision, r.voting_since, r.results_since
  from poll p join poll_revisions r using (revision)`;

interface Row {
  readonly revision: string;
  readonly voting: Voting;
  readonly results: Results;
  readonly frozen_revision: string | null;
  readonly voting_since: Date;
  readonly results_since: Date;
}

export function readPoll(client: Pick<PostgresClient, "query">): Promise<PollRow> {
  return read(client, READ_POLL);
}

/** Within a transaction of its own: as long as freezing a million totals takes. */
export async function allowToFreeze(client: Pick<PostgresClient, "query">): Promise<void> {
  await client.query(`set local statement_timeout = ${FREEZE_MS_MAX}`);
}

/** Within a transaction: nobody else changes the poll until it ends. */
export async function lockPoll(client: PostgresClient): Promise<PollRow> {
  // First the lock and then the read: who waited must not see what was there before.
  await client.query("select from poll for update");
  return await read(client, READ_POLL);
}

/** Within the transaction of `lockPoll`. Results that are frozen already keep the totals that they froze with. */
export async function changePoll(client: PostgresClient, { from, to, frozen }: PollChange): Promise<PollRow> {
  const revision = crypto.randomUUID();
  const freezes = to.results === "frozen" && from.results === "live";
  if (freezes || to.results === "live") {
    await client.query({ ...FREEZE_QUERY, text: "delete from frozen_totals" });
  }
  if (freezes) await freeze(client, { revision, frozen });
  const frozenRevision = freezes ? revision : to.results === "frozen" ? from.frozenRevision : undefined;
  await client.query(
    `insert into poll_revisions (revision, voting, results, frozen_revision, voting_since, results_since)
     values ($1, $2, $3, $4, coalesce($5::timestamptz, now()), coalesce($6::timestamptz, now()))`,
    [
      ...[revision, to.voting, to.results, frozenRevision ?? null],
      to.voting === from.voting ? from.votingSince : null,
      to.results === from.results ? from.resultsSince : null,
    ],
  );
  await client.query("update poll set revision = $1", [revision]);
  return await readPoll(client);
}

async function read(client: Pick<PostgresClient, "query">, sql: string): Promise<PollRow> {
  const { rows: [row] } = await client.query<Row>(sql);
  if (!row) throw new Error("Read the poll: its row is not there");
  return {
    revision: row.revision,
    voting: row.voting,
    results: row.results,
    frozenRevision: row.frozen_revision ?? undefined,
    votingSince: row.voting_since,
    resultsSince: row.results_since,
  };
}

async function freeze(
  client: PostgresClient,
  { revision, frozen }: { revision: string; frozen: GivenTotals | undefined },
): Promise<void> {
  if (!frozen) {
    const text =
      "insert into frozen_totals (revision, shard, username, count) select $1, shard, username, count from votes";
    await client.query({ ...FREEZE_QUERY, text, values: [revision] });
    return;
  }
  const text = `insert into frozen_totals (revision, shard, username, count)
    select $1, $2, name, total from unnest($3::text[], $4::bigint[]) as given (name, total)`;
  const { shard, totals } = frozen;
  const values = [revision, shard, totals.map(([name]) => name), totals.map(([, total]) => total)];
  await client.query({ ...FREEZE_QUERY, text, values });
}
