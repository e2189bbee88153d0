/** `list`: one line for each record that could not be stored, and what they add up to. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { DeadLetterSource } from "./dead_letter_source.ts";
import { letterJson, letterLine } from "./describe_letter.ts";
import { reasonOf } from "./letter.ts";
import { printable } from "./printable.ts";
import { type LetterState, readStates } from "./stored_votes.ts";

export interface ListOptions {
  readonly source: DeadLetterSource;
  readonly pool: PostgresPool;
  /** Only those of this reason. */
  readonly reason: string | undefined;
  /** One JSON object a line, the last one with the totals. */
  readonly json: boolean;
  readonly write: (line: string) => void;
}

type Totals = Map<string, Record<LetterState, number>>;

export async function listLetters({ source, pool, reason, json, write }: ListOptions): Promise<void> {
  const totals: Totals = new Map();
  await source.eachStanding(async (letters) => {
    const wanted = letters.filter((letter) => reason === undefined || reasonOf(letter) === reason);
    const stateOf = await readStates(pool, wanted);
    for (const letter of wanted) {
      const state = stateOf(letter);
      count(totals, { reason: reasonOf(letter), state });
      write(json ? letterJson(letter, state) : letterLine(letter, state));
    }
  });
  if (json) return write(JSON.stringify({ totals: Object.fromEntries(totals) }));
  for (const line of totalLines(totals)) write(line);
}

function count(totals: Totals, { reason, state }: { reason: string; state: LetterState }): void {
  const counts = totals.get(reason) ?? { open: 0, stored: 0 };
  totals.set(reason, { ...counts, [state]: counts[state] + 1 });
}

function totalLines(totals: Totals): string[] {
  if (totals.size === 0) return ["no dead letters"];
  const lines = [...totals].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([reason, { open, stored }]) => `${printable(reason)}: ${open} open, ${stored} stored`);
  return ["", ...lines];
}
