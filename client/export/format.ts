/**
 * Rows as text. NDJSON: one object a row. CSV by RFC 4180: lines end with CR LF, fields that need it are in quotes; a vote
 * for several names is a line for each name, since CSV knows no lists.
 */
import type { Column } from "./columns.ts";

export const FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = typeof FORMATS[number];

export type Row = Readonly<Record<string, unknown>>;

export interface RowFormat {
  /** Before all rows; empty where there is nothing to say. */
  readonly head: string;
  format(row: Row): string;
}

/** What spreadsheets take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function createFormat(
  format: ExportFormat,
  { columns, forSpreadsheet }: { columns: readonly Column[]; forSpreadsheet: boolean },
): RowFormat {
  const names = columns.map(({ name }) => name);
  if (format === "ndjson") return { head: "", format: (row) => `${JSON.stringify(jsonOf(row))}\n` };
  const singular = names.map((name) =>
    name === "usernames" ? "username" : name === "counts" ? "votes" : name
  );
  const field = forSpreadsheet ? (value: unknown) => csvField(harmless(value)) : csvField;
  return {
    head: csvLine(singular.map(field)),
    format(row) {
      const usernames = row["usernames"];
      if (!Array.isArray(usernames)) return csvLine(names.map((name) => field(row[name])));
      return usernames.map((_, index) =>
        csvLine(names.map((name) => {
          const value = row[name];
          return field(Array.isArray(value) ? value[index] : value);
        }))
      ).join("");
    },
  };
}

/** What 2^53 does not reach is a number; the others stay text, exact. */
function jsonOf(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, NUMBERS.has(name) ? exactNumber(value) : value]),
  );
}

const NUMBERS: ReadonlySet<string> = new Set(["epoch", "version", "votes"]);

function exactNumber(value: unknown): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function csvLine(fields: readonly string[]): string {
  return `${fields.join(",")}\r\n`;
}

function csvField(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An apostrophe in front, which spreadsheets read as "text follows" and do not show. */
function harmless(value: unknown): unknown {
  return typeof value === "string" && FORMULA.test(value) ? `'${value}` : value;
}
