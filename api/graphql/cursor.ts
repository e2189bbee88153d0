/**
 * Cursors: where a page of the ranking ended, a name and its total, as text that clients hand back as it is. Nothing is
 * kept here, so any copy of the API reads what another one wrote, and strangers may write their own.
 */
import type { RankedName } from "../../shared/redis/ranking_scripts.ts";
import { nameProblem } from "../../shared/vote/rules.ts";

/** The longest name has 256 bytes in UTF-8, in quotes and with each quote or backslash escaped; base64 makes 4 of 3. */
const CURSOR_LENGTH_MAX = 512;
const ALPHABET = { alphabet: "base64url", omitPadding: true } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function cursorOf({ name, total }: RankedName): string {
  return encoder.encode(JSON.stringify({ name, total })).toBase64(ALPHABET);
}

/** Returns undefined for what no page ever ended with. */
export function placeOf(cursor: string): RankedName | undefined {
  if (cursor.length > CURSOR_LENGTH_MAX) return undefined;
  const place = parse(cursor);
  if (typeof place !== "object" || place === null) return undefined;
  const { name, total } = place as { name?: unknown; total?: unknown };
  if (typeof name !== "string" || nameProblem(name) !== undefined) return undefined;
  if (!Number.isSafeInteger(total)) return undefined;
  return { name, total: total as number };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(decoder.decode(Uint8Array.fromBase64(cursor, { alphabet: "base64url" })));
  } catch {
    return undefined;
  }
}
