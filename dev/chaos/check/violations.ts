/** What the checker can find, and a list of it that stays short: a broken promise is broken a thousand times over. */

export const VIOLATION_KINDS = [
  /** Answered ACCEPTED, and no row counts it. */
  "lost",
  /** Counted more than once: no voter votes again when the life of a request has passed. */
  "doubled",
  /** The same for a voter who gave up without knowing. */
  "unknown_doubled",
  /** Every answer was a refusal, and there is a row. */
  "refused_but_stored",
  /** The row of a request holds what was not asked for. */
  "content_differs",
  /** A row that nobody asked for. */
  "nobody_asked",
  /** More votes on one ticket than it has uses. */
  "uses_exceeded",
  /** Accepted by a ticket that had ended before the call began. */
  "ticket_outlived",
  /** Accepted by a ticket of an epoch that was over. */
  "old_epoch_honoured",
  /** A repeat got another answer than the first while Redis remembered. */
  "repeat_answered_differently",
  /** Two votes with one version. */
  "version_clash",
  /** `votes`, or Redis's tally, is not the sum of the counted rows. */
  "totals_differ",
  /** What is missing from the versions is not what died with a disk, Redis's or Kafka's. */
  "holes_differ",
  /** Verify found something, or did not find what the rows show. */
  "verify_disagrees",
] as const;
export type ViolationKind = typeof VIOLATION_KINDS[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

export const EXAMPLES_MAX = 10;

export interface Findings {
  /** `example` is made only while it is wanted. */
  add(kind: ViolationKind, example: () => string): void;
  /** In the order of VIOLATION_KINDS. */
  list(): Violation[];
}

export function createFindings(): Findings {
  const found = new Map<ViolationKind, { count: number; examples: string[] }>();
  return {
    add(kind, example) {
      const entry = found.get(kind) ?? { count: 0, examples: [] };
      found.set(kind, entry);
      entry.count++;
      if (entry.examples.length < EXAMPLES_MAX) entry.examples.push(example());
    },
    list: () =>
      VIOLATION_KINDS.flatMap((kind) => {
        const entry = found.get(kind);
        return entry ? [{ kind, ...entry }] : [];
      }),
  };
}
