/** Injects one fault after another for as long as the phase lasts, each seen through to its recovery. */
import type { Fault } from "../faults/fault.ts";
import { StoreDownError } from "../stores/store_down.ts";
import type { Arena } from "./arena.ts";
import { createDeck } from "./deck.ts";
import type { Random } from "./random.ts";
import { awaitRecovery, type Recovery } from "./recovery.ts";
import type { Counts } from "./sightings.ts";

export interface Cycle {
  readonly fault: string;
  readonly observed: boolean;
  /** What the programs said, and what voters were told, from its beginning to its recovery. */
  readonly seen: Counts;
  readonly recovery: Recovery;
  /** It could not even be injected. */
  readonly failure?: string;
}

/** Between the recovery from one and the next. */
const PAUSE_MS = { min: 1000, max: 3000 };

export interface FaultLoopOptions {
  readonly faults: readonly Fault[];
  readonly random: Random;
  readonly durationMs: number;
  readonly say: (cycle: Cycle) => void;
}

export async function injectForAWhile(arena: Arena, options: FaultLoopOptions): Promise<Cycle[]> {
  const { faults, random, durationMs, say } = options;
  // One for each purpose: how much a fault draws, or how many cycles there are, changes nothing for the others.
  const pauses = random.fork("pauses");
  const deck = createDeck(faults, random.fork("deck"));
  const deadline = performance.now() + durationMs;
  const cycles: Cycle[] = [];
  while (performance.now() < deadline && !arena.signal.aborted) {
    await arena.wait(pauses.between(PAUSE_MS.min, PAUSE_MS.max)).catch(() => {});
    if (arena.signal.aborted) break;
    const cycle = await injectOnce(arena, {
      fault: deck.next(),
      random: random.fork(`cycle ${cycles.length}`),
    });
    cycles.push(cycle);
    say(cycle);
  }
  return cycles;
}

export async function injectOnce(
  arena: Arena,
  { fault, random }: { fault: Fault; random: Random },
): Promise<Cycle> {
  const { history, sightings } = arena;
  const mark = sightings.mark();
  const toldBefore = history.told();
  const look = () => ({ ...sightings.since(mark), ...difference(history.told(), toldBefore) });
  history.event({ event: "fault_begun", fault: fault.name });
  try {
    const evidence = await fault.inject(arena, random);
    const endedT = history.nowT();
    const recovery = await awaitRecovery(arena, endedT);
    const seen = look();
    const observed = evidence(seen);
    history.event({ event: "fault_ended", fault: fault.name, detail: { observed, seen } });
    return { fault: fault.name, observed, seen, recovery };
  } catch (error) {
    // Nothing after it would say anything about the programs.
    if (error instanceof StoreDownError) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    history.event({ event: "fault_ended", fault: fault.name, detail: { failure } });
    const recovery = { acceptedMs: undefined, storedMs: undefined };
    return { fault: fault.name, observed: false, seen: look(), recovery, failure };
  }
}

function difference(now: Counts, before: Counts): Counts {
  const entries = Object.entries(now).map(([label, count]) => [label, count - (before[label] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
