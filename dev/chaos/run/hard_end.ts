/**
 * The end of a run that hangs. Its time is the sum of what each part may take, so that a run which is merely slow is never
 * cut off, and it begins when the stores and programs are there: what is fetched before has deadlines of its own.
 */
import type { Phase } from "./run_chaos.ts";
import { REST_MS_MAX } from "./quiesce.ts";
import { ACCEPTED_MS_MAX, STORED_MS_MAX } from "./recovery.ts";
import { CHANGE_USES_MS_MAX } from "./stage.ts";

const COULD_NOT_RUN = 2;
/** One fault, a store that is slow to start again included. */
const FAULT_MS_MAX = 4 * 60_000;
const CYCLE_MS_MAX = FAULT_MS_MAX + ACCEPTED_MS_MAX + STORED_MS_MAX;
/** Until the last voter has given up. */
const LAST_ANSWERS_MS_MAX = 90_000;
/** Verify, dead Redises, the ledger; the history of a long run takes longer to read. */
const JUDGE_MS_MAX = 6 * 60_000;
const JUDGE_SHARE = 0.5;
const STOP_MS_MAX = 60_000;
const REST_OF_RUN_MS_MAX = LAST_ANSWERS_MS_MAX + REST_MS_MAX + JUDGE_MS_MAX + STOP_MS_MAX;

/** A phase may be over its time by the cycle under way and by those who still vote. */
export function runMsMax(phases: readonly Pick<Phase, "durationMs">[]): number {
  const phaseMs = phases.map(({ durationMs }) =>
    durationMs * (1 + JUDGE_SHARE) + CYCLE_MS_MAX + LAST_ANSWERS_MS_MAX + CHANGE_USES_MS_MAX
  );
  return phaseMs.reduce((sum, ms) => sum + ms, 0) + REST_OF_RUN_MS_MAX;
}

export function bugMsMax(cycles: number): number {
  return cycles * CYCLE_MS_MAX + REST_OF_RUN_MS_MAX;
}

/** Ends this process, and so its children, unless it is disposed of before. */
export function armHardEnd(afterMs: number): Disposable {
  const timer = setTimeout(() => {
    console.error(`End the run: it took longer than ${Math.round(afterMs / 1000)} s`);
    Deno.exit(COULD_NOT_RUN);
  }, afterMs);
  Deno.unrefTimer(timer);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
