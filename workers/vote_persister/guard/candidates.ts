/**
 * The names that may be voted for, from a file of one name a line. Read once, at the start: a wrong file is as wrong as a
 * wrong setting, and a changed one counts from the next start on.
 */
import { crypto } from "@std/crypto";
import { nameProblem } from "../../../shared/vote/rules.ts";

export interface Candidates {
  readonly names: readonly string[];
  /** Of the names, whatever their order in the file: tells whether Redis has them. */
  readonly digest: string;
}

/** Some 100 MB in Redis. */
const CANDIDATES_MAX = 1_000_000;
const encoder = new TextEncoder();
/** Fatal: bytes that are not UTF-8 must not become names that nobody wrote. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Throws what is wrong with the file, and in which line. */
export function readCandidates(
  path: string,
  { readFile = Deno.readFileSync }: { readFile?: (path: string) => Uint8Array } = {},
): Candidates {
  try {
    return parseCandidates(decodeText(readFile(path)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Correct the file of CAST_CANDIDATES_FILE: ${reason}`, { cause: error });
  }
}

/** Exported for its test. */
export function parseCandidates(text: string): Candidates {
  const lines = text.split(/\r?\n/);
  // The last line may end as all others do.
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw new Error("wanted one name a line, got none");
  if (lines.length > CANDIDATES_MAX) {
    throw new Error(`wanted at most ${CANDIDATES_MAX} names, got ${lines.length}`);
  }
  const lineOf = new Map<string, number>();
  for (const [index, name] of lines.entries()) {
    const line = index + 1;
    const problem = nameProblem(name);
    if (problem) throw new Error(`line ${line}: a name ${problem}`);
    const first = lineOf.get(name);
    if (first !== undefined) throw new Error(`line ${line}: the same name as in line ${first}`);
    lineOf.set(name, line);
  }
  const digest = crypto.subtle.digestSync("SHA-256", encoder.encode([...lines].sort().join("\n")));
  return { names: lines, digest: new Uint8Array(digest).toHex() };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    // The decoder does not say where.
    throw new Error(`line ${lineOfBadBytes(bytes)}: wanted UTF-8`);
  }
}

/** A line's end is never part of a longer UTF-8 sequence, so lines can be judged one by one. */
function lineOfBadBytes(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
    line += 1;
  }
  return line;
}
