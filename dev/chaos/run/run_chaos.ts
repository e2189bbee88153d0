/**
 * One run: faults under load with uses raised, then some at the default uses so that the limit is really hit, then rest,
 * verify and the checker.
 */
import type { Checkout } from "../../stack/checkout.ts";
import type { Fault } from "../faults/fault.ts";
import { startLoad } from "../load/load.ts";
import { type Cycle, injectForAWhile } from "./fault_loop.ts";
import { armHardEnd, runMsMax } from "./hard_end.ts";
import { judgeRun } from "./judge_run.ts";
import { quiesce } from "./quiesce.ts";
import { createRandom, type Random } from "./random.ts";
import { setStage, type Stage } from "./stage.ts";
import { isBroken, type Verdict } from "./verdict.ts";

/** So many that no fault is hidden by a ticket that is used up. */
export const MANY_USES = 1_000_000;
/** CAST_TICKET_USES unless it is set. */
export const DEFAULT_USES = 100;

export interface Phase {
  readonly faults: readonly Fault[];
  readonly durationMs: number;
  readonly uses: number;
}

export interface ChaosOptions {
  readonly checkout: Checkout;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly perSecond: number;
  readonly phases: readonly [Phase, ...Phase[]];
  /** Ends the run without a verdict. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export async function runChaos(options: ChaosOptions): Promise<Verdict> {
  const { checkout, environment, seed, perSecond, phases, signal, say } = options;
  const begunAt = performance.now();
  const [first] = phases;
  const stage = await setStage({
    checkout,
    name: `${seed}`,
    root: checkout.root,
    environment,
    uses: first.uses,
    settings: {},
    signal,
    say,
  });
  using _end = armHardEnd(runMsMax(phases));
  let keep = true;
  try {
    const cycles: Cycle[] = [];
    for (const [index, phase] of phases.entries()) {
      const random = createRandom(seed).fork(`phase ${index}`);
      if (phase !== first) await stage.changeUses(phase.uses);
      say(
        `${phase.uses} uses a ticket, ${perSecond} votes/s, faults for ${
          Math.round(phase.durationMs / 1000)
        } s`,
      );
      cycles.push(...await runPhase(stage, { phase, perSecond, random, signal, say }));
      signal.throwIfAborted();
    }
    const verdict = {
      ...{ seed, perSecond, cycles, uses: phases.map(({ uses }) => uses) },
      ...await judge(stage, { uses: first.uses, say }),
      historyPath: stage.historyPath,
      tookMs: Math.round(performance.now() - begunAt),
    };
    keep = isBroken(verdict);
    return verdict;
  } finally {
    await stage.stop({ keep: keep && !signal.aborted });
  }
}

interface PhaseOptions {
  readonly phase: Phase;
  readonly perSecond: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

async function runPhase(
  { arena }: Stage,
  { phase, perSecond, random, signal, say }: PhaseOptions,
): Promise<Cycle[]> {
  const { history, fleet } = arena;
  const load = startLoad({
    endpoints: () => fleet.apiUrls(),
    history,
    perSecond,
    random: random.fork("load").next,
    signal,
  });
  try {
    return await injectForAWhile(arena, {
      ...phase,
      random,
      say: ({ fault, observed, recovery, failure }) =>
        say(
          `${fault}: ${failure ?? (observed ? "observed" : "not observed")}, ` +
            `votes accepted again after ${recovery.acceptedMs?.toFixed(0) ?? "never"} ms`,
        ),
    });
  } finally {
    say("no new voters; waiting for the last answers");
    await load.finish();
  }
}

/** The verdict on a run whose load has ended. */
export async function judge(
  stage: Stage,
  { uses, say }: { uses: number; say: (text: string) => void },
): Promise<Pick<Verdict, "rest" | "check" | "namedLost">> {
  say("waiting for rest");
  const rest = await quiesce(stage.arena, stage.keys.shard.outbox);
  say("verifying");
  return { rest, ...await judgeRun(stage, { uses }) };
}
