/** What an export holds: which columns of which table, as the role may read them. */
import type { PostgresClient } from "../../shared/postgres/pool.ts";

export const TABLES = ["ledger", "totals"] as const;
export type ExportTable = typeof TABLES[number];

/** As it is called outside, and how it is read. */
export interface Column {
  readonly name: string;
  /** In the table. */
  readonly source: string;
  readonly sql: string;
}

export interface Columns {
  readonly columns: readonly Column[];
  /** What the role may not read and nobody asked for by name. */
  readonly leftOut: readonly string[];
}

/** Text, so that no driver reads a time of microseconds, or a number above 2^53, as something near it. */
const LEDGER: readonly Column[] = [
  { name: "vote_id", source: "vote_id", sql: "vote_id::text" },
  { name: "shard", source: "shard", sql: "shard" },
  { name: "epoch", source: "epoch", sql: "epoch::text" },
  { name: "version", source: "version", sql: "version::text" },
  {
    name: "at",
    source: "at",
    sql: `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  },
  { name: "usernames", source: "usernames", sql: "usernames" },
  { name: "counts", source: "counts", sql: "counts" },
  { name: "repeat_of", source: "repeat_of", sql: "repeat_of::text" },
];
/** Who voted, and under which request: personal, so only who asks for it gets it. */
const VOTERS: readonly Column[] = [
  { name: "voter", source: "voter", sql: "voter" },
  { name: "request_id", source: "request_id", sql: "request_id" },
];
const TOTALS: readonly Column[] = [
  { name: "username", source: "username", sql: "username" },
  { name: "votes", source: "count", sql: "sum(count)::text" },
];

/** Throws where the role may not read what was asked for. */
export async function readableColumns(
  client: PostgresClient,
  { table, voters }: { table: ExportTable; voters: boolean },
): Promise<Columns> {
  const wanted = table === "totals" ? TOTALS : [...LEDGER, ...voters ? VOTERS : []];
  const { rows } = await client.query<{ source: string; readable: boolean }>(
    "select source, has_column_privilege($1, source, 'select') as readable from unnest($2::text[]) as source",
    [SOURCES[table], wanted.map(({ source }) => source)],
  );
  const readable = new Set(rows.filter((row) => row.readable).map(({ source }) => source));
  const missing = wanted.filter(({ source }) => !readable.has(source));
  const isRefused = table === "totals" || missing.some((column) => column.name !== "at");
  if (missing.length > 0 && isRefused) {
    const names = missing.map(({ name }) => name).join(", ");
    throw new NotReadableError(
      `Export ${table} as a role that may read ${names}: this one may not` +
        (voters && missing.some((column) => VOTERS.includes(column))
          ? "; the owner may, or leave out --voters"
          : ""),
    );
  }
  return {
    columns: wanted.filter(({ source }) => readable.has(source)),
    leftOut: missing.map(({ name }) => name),
  };
}

/** What the role may not do: a refusal, and no fault of the store. */
export class NotReadableError extends Error {
  override readonly name = "NotReadableError";
}

export const SOURCES: Readonly<Record<ExportTable, string>> = { ledger: "vote_events", totals: "votes" };
