/**
 * What Postgres says of a shard, all of it at one moment: one transaction that reads and locks nothing, so the persisters
 * go on. Reading the versions is one pass over an index, reading the totals one over the whole ledger; names come in
 * portions, so the memory it takes here does not grow with them.
 */
import type { PostgresClient, PostgresPool } from "../../shared/postgres/pool.ts";
import { reasonOf } from "../terminal.ts";
import { EXAMPLES_MAX, type ForgottenRange, type VersionRange } from "./report.ts";
import totalsSql from "./totals.sql" with { type: "text" };
import versionsSql from "./versions.sql" with { type: "text" };

export interface LedgerState {
  /** Undefined where no guard has ever looked at the shard. */
  readonly epoch: number | undefined;
  readonly toCarryCount: number;
  readonly carriedCount: number;
  /** In order. */
  readonly epochs: readonly LedgerEpoch[];
  /** Kafka deleted them before they were stored, and nobody has accepted it. */
  readonly forgotten: readonly ForgottenRange[];
}

export interface LedgerEpoch {
  readonly epoch: number;
  /** It has a row in `epochs`. */
  readonly isKnown: boolean;
  /** Null while the epoch is open, -1 after a restore. */
  readonly includedVersion: number | null;
  readonly storedCount: number;
  /** -1 where nothing is stored. */
  readonly highest: number;
  readonly lastExpected: number;
  /** Missing and not accepted. */
  readonly missingCount: number;
  readonly missing: readonly VersionRange[];
  readonly acceptedCount: number;
  readonly accepted: readonly VersionRange[];
  /** How many versions are held under several vote ids, and some of them. */
  readonly clashCount: number;
  readonly clashes: readonly number[];
}

/** How far Redis had counted at the moment that Postgres is compared with. */
export interface CountedUpTo {
  readonly shard: number;
  readonly epoch: number | undefined;
  readonly lastVersion: number;
}

export interface TotalsRow {
  readonly name: string;
  /** bigints as text; null where there is none. */
  readonly votes: string | null;
  readonly events: string | null;
  /** The part of `events` that was cast after the moment of Redis. */
  readonly after: string | null;
}

/** Three seconds for a million events on two idle cores, so minutes for tens of millions on busy ones. */
const STATEMENT_MS_MAX = 600_000;
const QUERY = { query_timeout: STATEMENT_MS_MAX + 10_000 };
const FINAL_SQLSTATE = /^(28|3D|42)/;
/** Names fetched at once. */
const PORTION_NAMES = 10_000;

/** Postgres did not answer, or not as it should. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  /** No other answer will come later: no such role, database or table. */
  readonly isFinal: boolean;

  constructor(cause: unknown) {
    super(`Read Postgres: ${reasonOf(cause)}`, { cause });
    this.isFinal = FINAL_SQLSTATE.test(String((cause as { code?: unknown })?.code));
  }
}

/** Runs `act` on one moment of Postgres. Throws `LedgerError`. */
export async function atOneMoment<T>(
  pool: PostgresPool,
  act: (client: PostgresClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error) => {
    throw new LedgerError(error);
  });
  try {
    await client.query("begin transaction isolation level repeatable read read only");
    await client.query(`set local statement_timeout = ${STATEMENT_MS_MAX}`);
    // A million names are added up and joined in memory and not on disk.
    await client.query("set local work_mem = '64MB'");
    // Every row of a cursor is wanted: a plan for the first tenth would be the wrong one.
    await client.query("set local cursor_tuple_fraction = 1");
    const result = await act(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    throw new LedgerError(error);
  }
}

export async function readLedgerState(client: PostgresClient, upTo: CountedUpTo): Promise<LedgerState> {
  const { shard } = upTo;
  const { rows: [row] } = await client.query<Record<string, string | null>>({
    ...QUERY,
    text: `select (select epoch from shards where shard = $1) as epoch,
      (select count(*) from vote_events where shard = $1 and carry <> 0) as to_carry,
      (select count(*) from vote_events where shard = $1 and carried) as carried`,
    values: [shard],
  });
  const epoch = row?.["epoch"];
  return {
    epoch: epoch ? Number(epoch) : undefined,
    toCarryCount: Number(row?.["to_carry"]),
    carriedCount: Number(row?.["carried"]),
    epochs: await readEpochs(client, upTo),
    forgotten: await readForgotten(client),
  };
}

/** Stored votes that each repeat another and were not counted. */
export async function readRepeatCount(client: PostgresClient, shard: number): Promise<number> {
  const { rows: [row] } = await client.query<{ count: string }>({
    ...QUERY,
    text: "select count(*) from vote_events where shard = $1 and repeat_of is not null",
    values: [shard],
  });
  return Number(row?.count);
}

/** Hands every name over, in no order. */
export async function readTotals(
  client: PostgresClient,
  { shard, epoch, lastVersion, take }: CountedUpTo & { take: (row: TotalsRow) => void },
): Promise<void> {
  await client.query({
    ...QUERY,
    text: `declare totals no scroll cursor for ${totalsSql}`,
    values: [shard, epoch ?? null, lastVersion],
  });
  while (true) {
    const { rows } = await client.query<TotalsRow>({ ...QUERY, text: `fetch ${PORTION_NAMES} from totals` });
    rows.forEach(take);
    if (rows.length < PORTION_NAMES) return;
  }
}

interface EpochRow {
  readonly epoch: string;
  readonly is_known: boolean;
  readonly included_version: string | null;
  readonly stored_count: string;
  readonly highest: string;
  readonly clash_count: string;
  readonly last_expected: string;
  readonly missing_count: string;
  readonly accepted_count: string;
  readonly missing: [first: string, last: string][];
  readonly accepted: [first: string, last: string][];
}

async function readEpochs(
  client: PostgresClient,
  { shard, epoch, lastVersion }: CountedUpTo,
): Promise<LedgerEpoch[]> {
  const { rows } = await client.query<EpochRow>({
    ...QUERY,
    text: versionsSql,
    values: [shard, epoch ?? null, lastVersion, EXAMPLES_MAX],
  });
  const epochs: LedgerEpoch[] = [];
  for (const row of rows) {
    const clashCount = Number(row.clash_count);
    epochs.push({
      epoch: Number(row.epoch),
      isKnown: row.is_known,
      includedVersion: row.included_version === null ? null : Number(row.included_version),
      storedCount: Number(row.stored_count),
      highest: Number(row.highest),
      lastExpected: Number(row.last_expected),
      missingCount: Number(row.missing_count),
      missing: row.missing.map(toRange),
      acceptedCount: Number(row.accepted_count),
      accepted: row.accepted.map(toRange),
      clashCount,
      clashes: clashCount === 0 ? [] : await readClashes(client, { shard, epoch: row.epoch }),
    });
  }
  return epochs;
}

function toRange([first, last]: [string, string]): VersionRange {
  return { first: Number(first), last: Number(last) };
}

async function readClashes(
  client: PostgresClient,
  { shard, epoch }: { shard: number; epoch: string },
): Promise<number[]> {
  const { rows } = await client.query<{ version: string }>({
    ...QUERY,
    text: `select version from vote_events where shard = $1 and epoch = $2
      group by version having count(*) > 1 order by version limit ${EXAMPLES_MAX}`,
    values: [shard, epoch],
  });
  return rows.map(({ version }) => Number(version));
}

async function readForgotten(client: PostgresClient): Promise<ForgottenRange[]> {
  const { rows } = await client.query<ForgottenRange>(
    `select cluster_id as "clusterId", topic, partition, first_offset::text as "firstOffset",
       next_offset::text as "nextOffset"
     from forgotten_records where accepted_at is null order by topic, partition, first_offset limit ${EXAMPLES_MAX}`,
  );
  return rows;
}
