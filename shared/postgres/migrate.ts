/**
 * Brings the schema up to date: numbered SQL files, each in one transaction together with the row that records it. Any
 * number of processes may call it at once: an advisory lock lets one work while the others wait.
 */
import { FatalError } from "../lifecycle/loop.ts";
import type { Logger } from "../log/logger.ts";
import ledger from "./migrations/0001_ledger.sql" with { type: "text" };
import losses from "./migrations/0002_losses.sql" with { type: "text" };
import poll from "./migrations/0003_poll.sql" with { type: "text" };
import type { PostgresClient, PostgresPool } from "./pool.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** In order, never edited once released: a change is a new file. */
const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: "ledger", sql: ledger },
  { number: 2, name: "losses", sql: losses },
  { number: 3, name: "poll", sql: poll },
];

/** SQLSTATE of what the role may not do, and of a schema that it may not look into. */
const NO_LEAVE: ReadonlySet<unknown> = new Set(["42501", "3F000"]);
const MIGRATE_FIRST = "Migrate Postgres as its owner first, with deno task prepare: this role may not";

export async function migrate(
  pool: PostgresPool,
  { schema, log }: { schema: string; log: Logger },
): Promise<void> {
  const client = await pool.connect();
  try {
    await assertHoldsEveryName(client);
    if ((await missingMigrations(client)).length === 0) {
      client.release();
      return;
    }
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtextextended('cast.migrate.' || $1, 0))", [schema]);
    // Asked first: Postgres refuses even "if not exists" to a role that may not create schemas.
    const there = await client.query("select from pg_namespace where nspname = $1", [schema]);
    if (there.rowCount === 0) await client.query(`create schema "${schema}"`);
    await client.query(`create table if not exists migrations (
      number int primary key, name text not null, applied_at timestamptz not null default now())`);
    // Asked again: another process may have applied them while this one waited for the lock.
    for (const { number, name, sql } of await missingMigrations(client)) {
      await client.query(sql);
      await client.query("insert into migrations (number, name) values ($1, $2)", [number, name]);
      log.info("migration_applied", { number, migration: name });
    }
    await client.query("commit");
    client.release();
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    if (!NO_LEAVE.has((error as { code?: unknown })?.code)) throw error;
    throw new Error(MIGRATE_FIRST, { cause: error });
  }
}

/** In order. A role that may only read has nothing to do where nothing is missing: asked before what needs more leave. */
export async function missingMigrations(
  client: Pick<PostgresClient, "query">,
): Promise<readonly Migration[]> {
  const { rows: [there] } = await client.query<{ migrations: string | null }>(
    "select to_regclass('migrations')::text as migrations",
  );
  if (!there?.migrations) return MIGRATIONS;
  const { rows } = await client.query<{ number: number }>("select number from migrations");
  const done = new Set(rows.map((row) => row.number));
  return MIGRATIONS.filter(({ number }) => !done.has(number));
}

/** UTF-8 holds every name that may be voted for, and SQL_ASCII keeps its bytes as they come; no other does either. */
async function assertHoldsEveryName(client: PostgresClient): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>("show server_encoding");
  const encoding = rows[0]?.server_encoding ?? "none";
  if (!["UTF8", "SQL_ASCII"].includes(encoding)) {
    throw new FatalError(`Create the database with encoding UTF8: got ${encoding}`);
  }
}
