/**
 * How long to wait before the next try, and the waiting itself. Full jitter: a wait is drawn evenly from the upper half
 * of a doubling, capped span, so that several that failed together do not come back together.
 */

export interface BackoffOptions {
  firstMs: number;
  capMs: number;
  random?: () => number;
}

/** The wait before try `attempt` (0 is the first repetition). */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  // 2^30 first waits are past any cap; an unbounded exponent would become Infinity, and 0 * Infinity is NaN.
  const spanMs = Math.min(options.capMs, options.firstMs * 2 ** Math.min(attempt, 30));
  const random = options.random ?? Math.random;
  return Math.round(spanMs / 2 + random() * spanMs / 2);
}

/** Waits, or rejects with the signal's reason as soon as it fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
