/** Fills a ledger with votes of the past, in Postgres itself. */
import { createHash } from "node:crypto";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { EPOCH } from "../../../shared/testing/votes.ts";
import ledgerRowsSql from "./ledger_rows.sql" with { type: "text" };

/** Of one statement; two at a time, for two cores. */
const ROWS_AT_ONCE = 100_000;
const AT_ONCE = 2;
/** A vacuum of ten million rows takes longer than any statement of a program may. */
const STATEMENT_MS_MAX = 600_000;

export async function fillLedger(
  pool: PostgresPool,
  { rows, signal }: { rows: number; signal: AbortSignal },
): Promise<void> {
  const firstMs = Date.now() - rows / 10 - 1000;
  let next = 0;
  const worker = async () => {
    while (next < rows) {
      signal.throwIfAborted();
      const first = next;
      next += ROWS_AT_ONCE;
      await patient(pool, ledgerRowsSql, [first, Math.min(ROWS_AT_ONCE, rows - first), EPOCH, firstMs]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await pool.query(
    `insert into votes (shard, username, count, version)
     select 0, unnest(usernames), count(*), 1 from vote_events group by 2 order by 2`,
  );
  // What autovacuum would have done by then: visibility for index-only scans, and what the planner knows.
  await patient(pool, "vacuum analyze vote_events");
}

/** The request id of a row that `fillLedger` made. */
export function requestIdOf(row: number): string {
  const hash = createHash("md5").update(String(row)).digest("hex");
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20)].join(
    "-",
  );
}

async function patient(pool: PostgresPool, text: string, values: unknown[] = []): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`set statement_timeout = ${STATEMENT_MS_MAX}`);
    await client.query({ text, values, query_timeout: STATEMENT_MS_MAX + 10_000 } as never);
    await client.query("reset statement_timeout");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
