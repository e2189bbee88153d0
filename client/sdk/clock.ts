/** Time as the client sees it, so that tests can hand in their own. */

export interface CastClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A timer that is set to more fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: CastClock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(ms, TIMER_MS_MAX));
      signal.addEventListener("abort", end);
    });
  },
};
