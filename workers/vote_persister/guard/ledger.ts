/**
 * What the guard reads from and writes to Postgres. All on one connection: the one that holds its lock, so that a guard
 * that has lost the lock has lost its ledger with it.
 */
import type { Results, Voting } from "../../../shared/poll/poll_state.ts";
import type { VoterVotes } from "../../../shared/redis/poll_scripts.ts";
import type { VoteToCarry } from "../../../shared/redis/shard_scripts.ts";
import type { PostgresClient } from "../../../shared/postgres/pool.ts";
import { SHARD_COUNT } from "../../../shared/vote/rules.ts";
import type { CarriedVotes, LedgerState } from "./decide.ts";
import type { LedgerPoll } from "./decide_poll.ts";
import { createPollLedger, type PollLedger } from "./poll_ledger.ts";
import { readVoters, type VoterWindow } from "./voter_ledger.ts";

/** Where one partition of one Kafka cluster is stored up to. */
export interface StoredUpTo {
  readonly partition: number;
  readonly nextOffset: bigint;
}

export interface GuardLedger {
  read(): Promise<LedgerState>;
  readCarried(): Promise<Omit<CarriedVotes, "inRedis">>;
  /** Postgres's own clock. */
  readClockMs(): Promise<number>;
  readStored(cluster: { clusterId: string; topic: string }): Promise<StoredUpTo[]>;
  /**
   * Runs `act` in one transaction that waits for every persister in mid-statement and shuts new ones out. Commits what
   * `act` returns, rolls back when that is undefined, or when it throws.
   */
  transact<T>(act: () => Promise<T | undefined>): Promise<T | undefined>;
  /** Keep: Redis has the effect of the epoch's votes up to and including this version. */
  sealKept(kept: { epoch: number; includedVersion: number }): Promise<void>;
  /** Restore: Redis takes its totals from what this returns, so whatever comes later of any older epoch is to be carried. */
  sealRestored(): Promise<[name: string, total: string][]>;
  beginEpoch(epoch: number): Promise<void>;
  /** Votes that are marked, oldest first. */
  votesToCarry(countMax: number): Promise<VoteToCarry[]>;
  /** Turns the marks of votes that Redis has carried; no-op when another epoch was begun since. */
  markCarried(carried: { epoch: number; voteIds: readonly string[] }): Promise<void>;
  readonly poll: PollLedger;
  /** In a transaction of its own: every voter with a vote in the window, in portions, until `take` returns false. */
  readVoters(
    window: VoterWindow,
    take: (voters: readonly VoterVotes[]) => Promise<boolean>,
  ): Promise<void>;
}

/** A restore of many names takes longer than any statement of a persister: ten minutes, and a little for the answer. */
const RESTORE_STATEMENT_MS_MAX = 600_000;
const RESTORE_QUERY = { query_timeout: RESTORE_STATEMENT_MS_MAX + 10_000 };

export function createGuardLedger(client: PostgresClient, shard: number): GuardLedger {
  return {
    read: () => readLedger(client, shard),
    readCarried: () => readCarried(client, shard),
    readClockMs: () => readClockMs(client),
    readStored: (cluster) => readStored(client, cluster),
    transact: (act) => transact(client, { shard, act }),
    sealKept: (kept) => sealKept(client, { shard, ...kept }),
    sealRestored: () => sealRestored(client, shard),
    beginEpoch: (epoch) => beginEpoch(client, { shard, epoch }),
    votesToCarry: (countMax) => votesToCarry(client, { shard, countMax }),
    markCarried: (carried) => markCarried(client, { shard, ...carried }),
    poll: createPollLedger(client, shard),
    readVoters: (window, take) => readVoters(client, { shard, ...window, take }),
  };
}

/** Makes the shard's row where it is not there: without it no vote could be stored. */
export async function ensureShard(client: PostgresClient, shard: number): Promise<void> {
  await client.query(
    "insert into shards (shard, epoch, shard_count) values ($1, 0, $2) on conflict do nothing",
    [shard, SHARD_COUNT],
  );
}

interface LedgerRow {
  readonly epoch: string;
  readonly epoch_max: string;
  readonly version_max: string;
  readonly to_carry: string;
  readonly carried: string;
  readonly forgets: boolean;
  readonly revision: string;
  readonly voting: Voting;
  readonly results: Results;
  readonly frozen_revision: string | null;
  readonly applied_revision: string | null;
  readonly applied_digest: string | null;
  readonly applied_since: string | null;
}

async function readLedger(client: PostgresClient, shard: number): Promise<LedgerState> {
  const { rows } = await client.query<LedgerRow>(
    `select s.epoch,
       coalesce((select max(epoch) from epochs where shard = s.shard), 0) as epoch_max,
       coalesce((select max(version) from vote_events where shard = s.shard and epoch = s.epoch), -1) as version_max,
       (select count(*) from vote_events where shard = s.shard and carry <> 0) as to_carry,
       (select count(*) from vote_events where shard = s.shard and carried) as carried,
       exists (select from forgotten_records where accepted_at is null) as forgets,
       r.revision, r.voting, r.results, r.frozen_revision, a.revision as applied_revision,
       a.candidates_digest as applied_digest, floor(extract(epoch from a.voting_since) * 1000)::bigint as applied_since
     from shards s cross join poll join poll_revisions r using (revision) left join poll_applied a on a.shard = s.shard
     where s.shard = $1`,
    [shard],
  );
  const row = rows[0];
  if (!row) throw new Error(`Read the ledger of shard ${shard}: its row, or the poll's, is not there`);
  return {
    epoch: Number(row.epoch),
    epochMax: Number(row.epoch_max),
    versionMax: Number(row.version_max),
    toCarryCount: Number(row.to_carry),
    carriedCount: Number(row.carried),
    hasForgotten: row.forgets,
    poll: pollOf(row),
  };
}

function pollOf(row: LedgerRow): LedgerPoll {
  const { revision, voting, results, applied_revision: applied } = row;
  return {
    revision,
    voting,
    results,
    frozenRevision: row.frozen_revision ?? undefined,
    applied: applied === null ? undefined : {
      revision: applied,
      candidatesDigest: row.applied_digest ?? undefined,
      votingSinceMs: Number(row.applied_since),
    },
  };
}

async function readCarried(client: PostgresClient, shard: number): Promise<Omit<CarriedVotes, "inRedis">> {
  const { rows } = await client.query<{ vote_id: string; carried: boolean }>({
    ...RESTORE_QUERY,
    text: `select vote_id, true as carried from vote_events where shard = $1 and carried
     union all select vote_id, false from vote_events where shard = $1 and carry <> 0`,
    values: [shard],
  });
  const ids = (carried: boolean) =>
    new Set(rows.filter((row) => row.carried === carried).map((row) => row.vote_id));
  return { inLedger: ids(true), toCarry: ids(false) };
}

async function readClockMs(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ ms: string }>(
    "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms",
  );
  return Number(rows[0]?.ms);
}

async function readStored(
  client: PostgresClient,
  { clusterId, topic }: { clusterId: string; topic: string },
): Promise<StoredUpTo[]> {
  const { rows } = await client.query<{ partition: number; next_offset: string }>(
    "select partition, next_offset from consumed where cluster_id = $1 and topic = $2",
    [clusterId, topic],
  );
  return rows.map((row) => ({ partition: row.partition, nextOffset: BigInt(row.next_offset) }));
}

async function transact<T>(
  client: PostgresClient,
  { shard, act }: { shard: number; act: () => Promise<T | undefined> },
): Promise<T | undefined> {
  await client.query("begin");
  try {
    await lockShard(client, shard);
    const result = await act();
    await client.query(result === undefined ? "rollback" : "commit");
    return result;
  } catch (error) {
    // On a dead connection the transaction is gone already; the first error is the one that tells why.
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/**
 * Waits for every persister that is in mid-statement, and keeps new ones waiting until the transaction ends. The table
 * first: a row lock would wait for a moment in which no shared lock is held, which under load may never come, while the
 * lock of a table is given in the order in which it was asked for.
 */
async function lockShard(client: PostgresClient, shard: number): Promise<void> {
  await client.query("lock table shards in exclusive mode");
  await client.query(`set local statement_timeout = ${RESTORE_STATEMENT_MS_MAX}`);
  await ensureShard(client, shard);
  await client.query("select from shards where shard = $1 for update", [shard]);
  await client.query("select from epochs where shard = $1 order by epoch for update", [shard]);
}

async function sealKept(
  client: PostgresClient,
  { shard, epoch, includedVersion }: { shard: number; epoch: number; includedVersion: number },
): Promise<void> {
  await client.query(
    "update epochs set included_version = $3, sealed_at = now() where shard = $1 and epoch = $2",
    [shard, epoch, includedVersion],
  );
}

async function sealRestored(client: PostgresClient, shard: number): Promise<[name: string, total: string][]> {
  await client.query(
    "update epochs set included_version = -1, sealed_at = coalesce(sealed_at, now()) where shard = $1",
    [shard],
  );
  const clearMarks = {
    ...RESTORE_QUERY,
    text: "update vote_events set carry = 0, carried = false where shard = $1 and (carry <> 0 or carried)",
  };
  await client.query(clearMarks, [shard]);
  const readTotals = { ...RESTORE_QUERY, text: "select username, count from votes where shard = $1" };
  const { rows } = await client.query<{ username: string; count: string }>(readTotals, [shard]);
  return rows.map(({ username, count }) => [username, count]);
}

async function beginEpoch(
  client: PostgresClient,
  { shard, epoch }: { shard: number; epoch: number },
): Promise<void> {
  await client.query("insert into epochs (shard, epoch) values ($1, $2)", [shard, epoch]);
  await client.query("update shards set epoch = $2 where shard = $1", [shard, epoch]);
}

async function votesToCarry(
  client: PostgresClient,
  { shard, countMax }: { shard: number; countMax: number },
): Promise<VoteToCarry[]> {
  const { rows } = await client.query<{ vote_id: string; usernames: string[]; changes: number[] }>(
    `select vote_id, usernames, array(select carry * each.count from unnest(counts) with ordinality as each (count, place)
       order by place) as changes
     from vote_events where shard = $1 and carry <> 0 order by vote_id limit $2`,
    [shard, countMax],
  );
  return rows.map(({ vote_id, usernames, changes }) => ({ voteId: vote_id, names: usernames, changes }));
}

async function markCarried(
  client: PostgresClient,
  { shard, epoch, voteIds }: { shard: number; epoch: number; voteIds: readonly string[] },
): Promise<void> {
  // A restore that begins after the script ran has loaded totals with these votes in them and forgets both sides' marks.
  await client.query(
    `with open as (select from shards where shard = $1 and epoch = $2 for share)
     update vote_events set carry = 0, carried = true
     where vote_id = any($3::uuid[]) and carry <> 0 and exists (select from open)`,
    [shard, epoch, voteIds],
  );
}
