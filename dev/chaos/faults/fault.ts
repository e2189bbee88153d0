/** What every fault is to the runner. */
import type { Arena } from "../run/arena.ts";
import type { Random } from "../run/random.ts";
import type { Counts } from "../run/sightings.ts";

/** Whether the fault was seen to do something, judged once the system has recovered from it. */
export type Evidence = (seen: Counts) => boolean;

export interface Fault {
  /** snake_case; what `--faults` picks. */
  readonly name: string;
  /** What happens, in a few words. */
  readonly about: string;
  /** Resolves when the fault has ended: nothing is held, paused or cut any more. Bounded in time. */
  inject(arena: Arena, random: Random): Promise<Evidence>;
}

/** Seen when any of the labels was. */
export function anyOf(...labels: readonly string[]): Evidence {
  return (seen) => labels.some((label) => (seen[label] ?? 0) > 0);
}

/** What was seen by the fault itself, while it went on. */
export function certain(isSeen: boolean): Evidence {
  return () => isSeen;
}

export function both(one: Evidence, other: Evidence): Evidence {
  return (seen) => one(seen) && other(seen);
}
