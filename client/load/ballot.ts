/**
 * What each vote of a run says, as a function of its number: nothing has to be kept of a million votes but how each ended.
 * The names belong to this run alone, so their totals must be the run's votes to the last one.
 */

export interface Choice {
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

export interface Ballot {
  /** Begins every name and request id of the run. */
  readonly run: string;
  readonly names: readonly string[];
  requestId(n: number): string;
  /** Returns undefined for a request id of somebody else. */
  numberOf(requestId: string): number | undefined;
  choice(n: number): Choice;
}

/** Knuth's multiplier: neighbours in number vote for names far apart. */
const SPREAD = 2_654_435_761;

export function createBallot({ run, nameCount }: { run: string; nameCount: number }): Ballot {
  const names = Array.from({ length: nameCount }, (_, index) => `${run} ${index}`);
  const name = (index: number) => names[index % nameCount] as string;
  return {
    run,
    names,
    requestId: (n) => `${run}-${n}`,
    numberOf(requestId) {
      if (!requestId.startsWith(`${run}-`)) return undefined;
      const n = Number(requestId.slice(run.length + 1));
      return Number.isSafeInteger(n) ? n : undefined;
    },
    choice(n) {
      const first = Math.imul(n, SPREAD) >>> 0;
      const isForTwo = n % 2 === 1;
      return {
        names: isForTwo ? [name(first), name(first + 1)] : [name(first)],
        counts: isForTwo ? [1 + n % 3, 1] : [1 + n % 3],
      };
    },
  };
}

export function randomRun(): string {
  return `load-${crypto.getRandomValues(new Uint8Array(6)).toHex()}`;
}
