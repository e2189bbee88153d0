/** Raises the rate step by step until it is not sustained, or a vote is lost, or a bound is met. */
import type { RunReport } from "../../client/load/run_load.ts";
import { judgeRun } from "../../client/load/verdict.ts";

export interface MaxReport {
  /** Votes a second with every wanted figure kept; 0 when not even the first rate was held. */
  readonly highestHeld: number;
  /** Votes a second with the lag not growing and nothing refused or left unsent, however long each vote took. */
  readonly highestSustained: number;
  /** Whether a rate was met that is not sustained, or that loses votes; otherwise the search ended at a bound of its own. */
  readonly isFound: boolean;
  readonly steps: readonly RunReport[];
}

export interface MaxOptions {
  /** The first rate. */
  readonly perSecond: number;
  readonly perSecondMax: number;
}

const RAISE = 1.2;
export const STEPS_MAX = 20;

export async function findMax(
  run: (perSecond: number) => Promise<RunReport>,
  { perSecond, perSecondMax }: MaxOptions,
): Promise<MaxReport> {
  const steps: RunReport[] = [];
  let [highestHeld, highestSustained] = [0, 0];
  for (
    let rate = perSecond;
    rate <= perSecondMax && steps.length < STEPS_MAX;
    rate = Math.ceil(rate * RAISE)
  ) {
    const report = await run(rate);
    steps.push(report);
    const { kept, sustained, held } = judgeRun(report);
    if (!kept || !sustained) return { highestHeld, highestSustained, isFound: true, steps };
    highestSustained = rate;
    if (held) highestHeld = rate;
  }
  return { highestHeld, highestSustained, isFound: false, steps };
}
