/** Runs one seeded bug's scenario, on the programs with the bug in them or on those that are there. */
import type { Checkout } from "../../stack/checkout.ts";
import type { Bug } from "../bugs/bug.ts";
import { makeBrokenTree, removeBrokenTree } from "../bugs/broken_tree.ts";
import { startLoad } from "../load/load.ts";
import { injectOnce } from "./fault_loop.ts";
import { armHardEnd, bugMsMax } from "./hard_end.ts";
import { createRandom } from "./random.ts";
import { judge, MANY_USES } from "./run_chaos.ts";
import { setStage, type Stage } from "./stage.ts";
import { isBroken, type Verdict } from "./verdict.ts";

export interface BugOptions {
  readonly checkout: Checkout;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly perSecond: number;
  /** The same scenario without the bug. */
  readonly unbroken: boolean;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface BugVerdict {
  readonly bug: string;
  /** Kinds of violations, and how many of each. */
  readonly caughtBy: readonly string[];
  /** Whether the scenario came about as it was meant. */
  readonly observed: boolean;
  /** With the bug: it was caught by what is to catch it. Without it: everything was kept. */
  readonly isAsWanted: boolean;
  readonly verdict: Pick<Verdict, "rest" | "check">;
  readonly historyPath: string;
}

/** Votes before the first fault, so that there is something to lose. */
const WARM_UP_MS = 2000;
/** So that a bug is known soon. */
const PATIENCE_MS = 12_000;

export async function runBug(bug: Bug, options: BugOptions): Promise<BugVerdict> {
  const { checkout, environment, unbroken, signal, say } = options;
  const uses = bug.scenario.uses ?? MANY_USES;
  const stage = await setStage({
    checkout,
    name: `bug-${bug.name.replaceAll("_", "-").slice(0, 28)}`,
    root: unbroken ? checkout.root : await makeBrokenTree(checkout, bug),
    environment,
    uses,
    settings: bug.scenario.settings ?? {},
    signal,
    say,
  });
  using _end = armHardEnd(bugMsMax(bug.scenario.rounds * bug.scenario.faults.length));
  let keep = true;
  try {
    const observed = await playScenario(stage, { bug, ...options });
    const verdict = await judge(stage, { uses, say });
    signal.throwIfAborted();
    const broken = isBroken(verdict);
    // Whatever else goes wrong tells nobody what is wrong with it: a run may fail for reasons of its own.
    const isCaught = verdict.check.violations.some(({ kind }) => bug.caughtBy.includes(kind));
    const isAsWanted = unbroken ? !broken : isCaught;
    keep = !isAsWanted;
    return {
      bug: bug.name,
      caughtBy: verdict.check.violations.map(({ kind, count }) => `${kind} ${count}`),
      observed,
      isAsWanted,
      verdict,
      historyPath: stage.historyPath,
    };
  } finally {
    await stage.stop({ keep: keep && !signal.aborted });
    if (!keep || signal.aborted) await removeBrokenTree(checkout, bug);
  }
}

async function playScenario(
  { arena }: Stage,
  { bug, seed, perSecond, signal, say }: BugOptions & { bug: Bug },
): Promise<boolean> {
  const { history, fleet } = arena;
  const random = createRandom(seed);
  const load = startLoad({
    endpoints: () => fleet.apiUrls(),
    history,
    perSecond: bug.scenario.perSecond ?? perSecond,
    patienceMs: PATIENCE_MS,
    random: random.fork("load").next,
    signal,
  });
  let observed = true;
  try {
    await arena.wait(WARM_UP_MS);
    for (let round = 0; round < bug.scenario.rounds; round++) {
      for (const fault of bug.scenario.faults) {
        const cycle = await injectOnce(arena, { fault, random: random.fork(`${fault.name} ${round}`) });
        if (cycle.failure) say(`${fault.name}: ${cycle.failure}`);
        observed &&= cycle.observed;
      }
    }
    return observed;
  } finally {
    await load.finish();
  }
}
