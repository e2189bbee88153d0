/**
 * Brings the schema up to date: numbered SQL files, each in one transaction together with the row that records it. Any
 * number of processes may call it at once: an advisory lock lets one work while the others wait.
 */
import { FatalError } from "../lifecycle/loop.ts";
import type { Logger } from "../log/logger.ts";
import ledger from "./migrations/0001_ledger.sql" with { type: "text" };
import losses from "./migrations/0002_losses.sql" with { type: "text" };
import type { PostgresClient, PostgresPool } from "./pool.ts";

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** In order, never edited once released: a change is a new file. */
const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: "ledger", sql: ledger },
  { number: 2, name: "losses", sql: losses },
];

export async function migrate(
  pool: PostgresPool,
  { schema, log }: { schema: string; log: Logger },
): Promise<void> {
  const client = await pool.connect();
  try {
    await assertHoldsEveryName(client);
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtextextended('cast.migrate.' || $1, 0))", [schema]);
    // Asked first: Postgres refuses even "if not exists" to a role that may not create schemas.
    const there = await client.query("select from pg_namespace where nspname = $1", [schema]);
    if (there.rowCount === 0) await client.query(`create schema "${schema}"`);
    await client.query(`create table if not exists migrations (
      number int primary key, name text not null, applied_at timestamptz not null default now())`);
    const applied = await client.query<{ number: number }>("select number from migrations");
    const done = new Set(applied.rows.map((row) => row.number));
    for (const { number, name, sql } of MIGRATIONS.filter((migration) => !done.has(migration.number))) {
      await client.query(sql);
      await client.query("insert into migrations (number, name) values ($1, $2)", [number, name]);
      log.info("migration_applied", { number, migration: name });
    }
    await client.query("commit");
    client.release();
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    throw error;
  }
}

/** UTF-8 holds every name that may be voted for, and SQL_ASCII keeps its bytes as they come; no other does either. */
async function assertHoldsEveryName(client: PostgresClient): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>("show server_encoding");
  const encoding = rows[0]?.server_encoding ?? "none";
  if (!["UTF8", "SQL_ASCII"].includes(encoding)) {
    throw new FatalError(`Create the database with encoding UTF8: got ${encoding}`);
  }
}
