/** How soon a program that died is started again: at once the first time, later when it dies young again and again. */
import { pause } from "../../../shared/lifecycle/pause.ts";

const FIRST_MS = 100;
const WAIT_MS_MAX = 2000;
/** One that lived as long as this has started well. */
const OLD_MS = 5000;

export function createBackoff(signal: AbortSignal, now: () => number = () => performance.now()) {
  let waitMs = FIRST_MS;
  let bornAt = now();
  return {
    async wait({ isExpected }: { isExpected: boolean }): Promise<void> {
      const diedYoung = now() - bornAt < OLD_MS;
      waitMs = diedYoung && !isExpected ? Math.min(waitMs * 2, WAIT_MS_MAX) : FIRST_MS;
      if (!isExpected) await pause(waitMs, signal);
      bornAt = now();
    },
  };
}
