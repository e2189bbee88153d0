/** Writes a table of Postgres as text, as of one moment, in memory that does not grow with it. */
import type { PostgresClient, PostgresPool } from "../../shared/postgres/pool.ts";
import { type Columns, type ExportTable, readableColumns } from "./columns.ts";
import { createFormat, type ExportFormat } from "./format.ts";
import { estimateRows, readRows, snapshot } from "./read_rows.ts";

export interface ExportOptions {
  readonly table: ExportTable;
  readonly format: ExportFormat;
  /** Also who voted, and under which request. */
  readonly voters: boolean;
  readonly forSpreadsheet: boolean;
  /** Resolves when the next bytes may come. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Told once, before the first row. */
  readonly begun: (start: { readonly estimate: number } & Pick<Columns, "leftOut">) => void;
  /** Told of how many rows are written. */
  readonly moved: (rows: number) => void;
  readonly signal: AbortSignal;
  readonly batchRows?: number;
}

/** SQLSTATE of a table that is not there. */
const NO_TABLE = "42P01";
const encoder = new TextEncoder();

/** Returns how many rows there were. */
export async function exportTable(pool: PostgresPool, options: ExportOptions): Promise<number> {
  const client = await pool.connect();
  try {
    const count = await snapshot(client, () => writeRows(client, options));
    client.release();
    return count;
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    if ((error as { code?: unknown })?.code !== NO_TABLE) throw error;
    throw new Error(
      "Migrate Postgres first, by deno task prepare or by a vote persister: there is no ledger",
      {
        cause: error,
      },
    );
  }
}

async function writeRows(client: PostgresClient, options: ExportOptions): Promise<number> {
  const { table, format: name, voters, forSpreadsheet, write, begun, moved, signal, batchRows } = options;
  const { columns, leftOut } = await readableColumns(client, { table, voters });
  begun({ estimate: await estimateRows(client, table), leftOut });
  const { head, format } = createFormat(name, { columns, forSpreadsheet });
  if (head !== "") await write(encoder.encode(head));
  let count = 0;
  const reading = readRows(client, {
    table,
    columns,
    signal,
    ...(batchRows === undefined ? {} : { batchRows }),
  });
  for await (const rows of reading) {
    await write(encoder.encode(rows.map(format).join("")));
    count += rows.length;
    moved(count);
  }
  return count;
}
