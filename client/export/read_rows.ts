/**
 * The rows of a table as of one moment, in order, through a cursor that Postgres keeps: a batch is fetched when the one
 * before was taken, so that memory stays the same however many rows there are.
 */
import type { PostgresClient } from "../../shared/postgres/pool.ts";
import { type Column, type ExportTable, SOURCES } from "./columns.ts";
import type { Row } from "./format.ts";

export interface ReadOptions {
  readonly table: ExportTable;
  readonly columns: readonly Column[];
  readonly signal: AbortSignal;
  readonly batchRows?: number;
}

/** Some half a megabyte of votes. */
const BATCH_ROWS = 2000;
/** How long whoever takes the rows may do nothing, a pager for one: it keeps Postgres from cleaning up meanwhile. */
const IDLE_MS_MAX = 3_600_000;
const ORDERS: Readonly<Record<ExportTable, string>> = {
  ledger: "order by vote_id",
  totals: "group by username order by username",
};

/** To be called within `snapshot`. */
export async function* readRows(
  client: PostgresClient,
  { table, columns, signal, batchRows = BATCH_ROWS }: ReadOptions,
): AsyncGenerator<readonly Row[]> {
  const list = columns.map(({ name, sql }) => `${sql} as "${name}"`).join(", ");
  await client.query(
    `declare rows no scroll cursor for select ${list} from ${SOURCES[table]} ${ORDERS[table]}`,
  );
  while (true) {
    signal.throwIfAborted();
    const { rows } = await client.query<Row>(`fetch ${batchRows} from rows`);
    if (rows.length === 0) return;
    yield rows;
  }
}

/** Runs `act` in one transaction that sees one moment and writes nothing. */
export async function snapshot<T>(client: PostgresClient, act: () => Promise<T>): Promise<T> {
  await client.query("begin isolation level repeatable read read only");
  await client.query(`set local idle_in_transaction_session_timeout = ${IDLE_MS_MAX}`);
  // By its index the first rows come at once, and nothing is sorted on disk; the planner is told to prefer that.
  await client.query("set local cursor_tuple_fraction = 0.000001");
  const result = await act();
  await client.query("commit");
  return result;
}

/** Of the planner: good enough for a bar. */
export async function estimateRows(client: PostgresClient, table: ExportTable): Promise<number> {
  const { rows: [row] } = await client.query<{ estimate: number }>(
    "select reltuples::float8 as estimate from pg_class where oid = to_regclass($1)",
    [SOURCES[table]],
  );
  return Math.max(0, row?.estimate ?? 0);
}
