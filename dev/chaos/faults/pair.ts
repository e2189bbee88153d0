/** Two faults that overlap: each alone may be survived by what the other takes away. */
import { StoreDownError } from "../stores/store_down.ts";
import type { Fault } from "./fault.ts";

const PAIR = "pair";

/** Faults that own the same thing, or need the other end of the system to be well, are not paired. */
export function pairOf(faults: readonly Fault[]): Fault | undefined {
  const mild = faults.filter(({ name }) => isPairable(name));
  if (new Set(mild.map(({ name }) => subject(name))).size < 2) return undefined;
  return {
    name: PAIR,
    about: "two faults at once, picked by the seed",
    async inject(arena, random) {
      const first = random.pick(mild);
      const other = random.pick(mild.filter(({ name }) => subject(name) !== subject(first.name)));
      arena.note("pair", [first.name, other.name]);
      // Each has ended before the next fault comes, whatever became of the other.
      const ends = await Promise.allSettled([
        first.inject(arena, random.fork("first")),
        other.inject(arena, random.fork("other")),
      ]);
      const errors = ends.flatMap((end) => end.status === "rejected" ? [end.reason] : []);
      if (errors.length > 0) throw errors.find((error) => error instanceof StoreDownError) ?? errors[0];
      return (seen) => ends.every((end) => end.status === "fulfilled" && end.value(seen));
    },
  };
}

function isPairable(name: string): boolean {
  return /^(kill|pause|delay|cut|swallow|clock|wipe_redis|stale_redis)/.test(name) && name !== PAIR;
}

/** The store or program that a fault is about. */
function subject(name: string): string {
  return /(redis|kafka|postgres|api|ticket_rotator|outbox_relay|vote_persister)/.exec(name)?.[1] ?? name;
}
