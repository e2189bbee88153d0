/**
 * Starts a store again that ended without being asked to, on its port and with its data, and says so. A store that does
 * not come back is given up after a few tries: then its files, its port or its memory want a person.
 */
import { backoffMs, pause } from "./backoff.ts";
import type { Loss, StoreControl } from "./store.ts";

/** Slow enough to be seen, fast enough not to be waited for. */
const BACKOFF = { firstMs: 1_000, capMs: 10_000 };
const STARTS_MAX = 5;
const SHOWN_LINES = 4;

export interface KeepStoreOptions {
  control: Pick<StoreControl, "start" | "lost">;
  /** A change of state, in few words. */
  report: (state: string) => void;
  /** What belongs to it, line by line. */
  show: (line: string) => void;
  stopping: AbortSignal;
  random?: () => number;
}

/** Settles when the signal fires, the store is given up, or somebody else looks after it. */
export async function keepStoreRunning(options: KeepStoreOptions): Promise<void> {
  const stopped = whenAborted(options.stopping);
  while (!options.stopping.aborted) {
    const loss = await Promise.race([options.control.lost?.(), stopped]);
    if (!loss || options.stopping.aborted) return;
    if (!await bringBack(loss, options)) return;
  }
}

async function bringBack(loss: Loss, options: KeepStoreOptions): Promise<boolean> {
  let reason = `ended with ${loss.how}`;
  const words = [`its last lines, the rest is in ${loss.logPath}:`, ...loss.logTail.slice(-SHOWN_LINES)];
  for (let attempt = 0; attempt < STARTS_MAX; attempt++) {
    const waitMs = backoffMs(attempt, { ...BACKOFF, ...(options.random ? { random: options.random } : {}) });
    options.report(`${reason}, starting again in ${waitMs} ms`);
    for (const line of words.splice(0)) options.show(line);
    const isTime = await pause(waitMs, options.stopping).then(() => true, () => false);
    if (!isTime) return false;
    try {
      options.report("starting");
      await options.control.start();
      options.report("ready");
      return true;
    } catch (error) {
      if (options.stopping.aborted) return false;
      const [first = "", ...rest] = (error instanceof Error ? error.message : `${error}`).split("\n");
      words.push(first, ...rest.slice(-SHOWN_LINES));
      reason = "did not start";
    }
  }
  for (const line of words) options.show(line);
  options.report("ended and does not start again: mend what its log names, then run deno task dev again");
  return false;
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
