/** What the guard reads from and writes to Postgres. All on one connection: the one that holds its lock. */
import type { PostgresClient } from "../../../shared/postgres/pool.ts";
import { SHARD_COUNT } from "../../../shared/vote/rules.ts";
import type { CarriedVotes, LedgerState } from "./decide.ts";

/** A restore of many names takes longer than any statement of a persister: ten minutes, and a little for the answer. */
const RESTORE_STATEMENT_MS_MAX = 600_000;
const RESTORE_QUERY = { query_timeout: RESTORE_STATEMENT_MS_MAX + 10_000 };

/** Makes the shard's row where it is not there: without it no vote could be stored. */
export async function ensureShard(client: PostgresClient, shard: number): Promise<void> {
  await client.query(
    "insert into shards (shard, epoch, shard_count) values ($1, 0, $2) on conflict do nothing",
    [shard, SHARD_COUNT],
  );
}

export async function readLedger(client: PostgresClient, shard: number): Promise<LedgerState> {
  const { rows } = await client.query<{ epoch: string; epoch_max: string; version_max: string }>(
    `select s.epoch,
       coalesce((select max(epoch) from epochs where shard = s.shard), 0) as epoch_max,
       coalesce((select max(version) from vote_events where shard = s.shard and epoch = s.epoch), -1) as version_max
     from shards s where s.shard = $1`,
    [shard],
  );
  const row = rows[0];
  if (!row) throw new Error(`Read the ledger of shard ${shard}: its row is not there`);
  return { epoch: Number(row.epoch), epochMax: Number(row.epoch_max), versionMax: Number(row.version_max) };
}

/**
 * Begins the guard's transaction: waits for every persister that is in mid-statement, and keeps new ones waiting until
 * it ends. The table first: a row lock would wait for a moment in which no shared lock is held, which under load may
 * never come, while the lock of a table is given in the order in which it was asked for.
 */
export async function lockShard(client: PostgresClient, shard: number): Promise<void> {
  await client.query("lock table shards in exclusive mode");
  await client.query(`set local statement_timeout = ${RESTORE_STATEMENT_MS_MAX}`);
  await ensureShard(client, shard);
  await client.query("select from shards where shard = $1 for update", [shard]);
  await client.query("select from epochs where shard = $1 order by epoch for update", [shard]);
}

export async function readClockMs(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ ms: string }>(
    "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms",
  );
  return Number(rows[0]?.ms);
}

export async function readCarried(
  client: PostgresClient,
  shard: number,
): Promise<Omit<CarriedVotes, "inRedis">> {
  const { rows } = await client.query<{ vote_id: string; carried: boolean }>(
    `select vote_id, true as carried from vote_events where shard = $1 and carried
     union all select vote_id, false from vote_events where shard = $1 and carry <> 0`,
    [shard],
  );
  const ids = (carried: boolean) =>
    new Set(rows.filter((row) => row.carried === carried).map((row) => row.vote_id));
  return { inLedger: ids(true), toCarry: ids(false) };
}

/** Keep: Redis has the effect of the epoch's votes up to and including this version. */
export async function sealKept(
  client: PostgresClient,
  { shard, epoch, includedVersion }: { shard: number; epoch: number; includedVersion: number },
): Promise<void> {
  await client.query(
    "update epochs set included_version = $3, sealed_at = now() where shard = $1 and epoch = $2",
    [shard, epoch, includedVersion],
  );
}

/** Restore: Redis takes its totals from here, so whatever comes later of any older epoch is to be carried. */
export async function sealRestored(
  client: PostgresClient,
  shard: number,
): Promise<[name: string, total: string][]> {
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

export async function beginEpoch(
  client: PostgresClient,
  { shard, epoch }: { shard: number; epoch: number },
): Promise<void> {
  await client.query("insert into epochs (shard, epoch) values ($1, $2)", [shard, epoch]);
  await client.query("update shards set epoch = $2 where shard = $1", [shard, epoch]);
}
