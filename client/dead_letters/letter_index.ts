/**
 * Which dead letters are one record. The persister may bury a record twice after a crash: the same origin, of which the
 * first counts. A record that was replayed and buried again has another origin and says where it was buried first: the
 * latest of those burials counts, since its reason is the one that stands.
 *
 * Keeps one small entry a record, never its bytes.
 */
import { originText } from "../../shared/kafka/dead_letter.ts";
import type { LetterPosition } from "./arguments.ts";
import { type Letter, recordOf } from "./letter.ts";

export interface LetterIndex {
  add(letter: Letter): void;
  /** How often the record was tried, for the one dead letter that stands for it; undefined for the others. */
  attempts(letter: Letter): number | undefined;
}

interface Entry extends LetterPosition {
  readonly buriedAtMs: number;
  readonly attempts: number;
}

export function createLetterIndex(): LetterIndex {
  const origins = new Set<string>();
  const entries = new Map<string, Entry>();
  return {
    add(letter) {
      const record = recordOf(letter);
      const origin = letter.label ? originText(letter.label.origin) : record;
      if (origins.has(origin)) return;
      origins.add(origin);
      const { position, buriedAtMs } = letter;
      const known = entries.get(record);
      const attempts = (known?.attempts ?? 0) + 1;
      const isLatest = known === undefined || buriedAtMs >= known.buriedAtMs;
      entries.set(record, isLatest ? { ...position, buriedAtMs, attempts } : { ...known, attempts });
    },
    attempts(letter) {
      const entry = entries.get(recordOf(letter));
      const { partition, offset } = letter.position;
      return entry?.partition === partition && entry.offset === offset ? entry.attempts : undefined;
    },
  };
}
