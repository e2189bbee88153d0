/** One of several that run seeds side by side: told which, it answers with what it saw, and ends with its owner. */
import { runHistory } from "./history.ts";
import { sumEvents } from "./report.ts";

export interface SeedRange {
  readonly first: number;
  /** The first seed that is another's. */
  readonly end: number;
}

export interface RangeOutcome {
  readonly failures: readonly { readonly seed: number; readonly problem: string }[];
  readonly events: ReadonlyMap<string, number>;
}

/** More tell no more. */
const FAILURES_MAX = 3;

export async function runRange({ first, end }: SeedRange): Promise<RangeOutcome> {
  const failures: { seed: number; problem: string }[] = [];
  const events = new Map<string, number>();
  for (let seed = first; seed < end && failures.length < FAILURES_MAX; seed++) {
    const { problems, events: seen } = await runHistory({ seed });
    sumEvents(events, seen);
    if (problems[0] !== undefined) failures.push({ seed, problem: problems[0] });
  }
  return { failures, events };
}

/** What a worker's global scope has of a worker. */
interface WorkerScope {
  onmessage: ((message: MessageEvent<SeedRange>) => void) | null;
  postMessage(outcome: RangeOutcome): void;
}

if (typeof Reflect.get(globalThis, "WorkerGlobalScope") === "function") {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => void runRange(data).then((outcome) => scope.postMessage(outcome));
}
