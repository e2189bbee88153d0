/**
 * `deno task sql '<statement>'`: asks the Postgres of the running `deno task dev`, or the one that CAST_POSTGRES_URL names,
 * where no psql is installed.
 */
import type pg from "pg";
import { createLogger } from "../shared/log/logger.ts";
import { createPostgresPool } from "../shared/postgres/pool.ts";
import { createCheckout } from "./stack/checkout.ts";
import { readEnvironmentFile } from "./stack/environment_file.ts";
import { INTERRUPTED, launch } from "./stack/launcher.ts";
import { SetupError } from "./stack/setup_error.ts";

async function main(stopping: AbortSignal): Promise<number> {
  const [statement, ...more] = Deno.args;
  if (!statement || more.length > 0) {
    throw new SetupError("Give one statement: deno task sql 'select * from votes'");
  }
  const environment = { ...await readEnvironmentFile(createCheckout()), ...Deno.env.toObject() };
  const connectionString = environment["CAST_POSTGRES_URL"];
  if (!connectionString) throw new SetupError("Start deno task dev first, or set CAST_POSTGRES_URL");
  const pool = createPostgresPool({
    url: new URL(connectionString),
    caFile: environment["CAST_POSTGRES_CA_FILE"] || undefined,
    schema: environment["CAST_POSTGRES_SCHEMA"] || "public",
    connectionsMax: 1,
    log: createLogger({ program: "sql", level: "error" }),
  });
  stopping.addEventListener("abort", () => Deno.exit(INTERRUPTED));
  try {
    show(await pool.query(statement));
    return 0;
  } catch (error) {
    throw new SetupError(`Ask Postgres: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await pool.end().catch(() => undefined);
  }
}

function show(result: pg.QueryResult | pg.QueryResult[]): void {
  for (const one of [result].flat()) {
    if (one.fields.length === 0) console.log(`${one.command} ${one.rowCount ?? ""}`.trimEnd());
    else if (one.rows.length === 0) console.log("no rows");
    else console.table(one.rows);
  }
}

if (import.meta.main) await launch(main);
