/** The end of a call: its deadline, or its caller's signal, whichever comes first. */
import type { CastClock } from "./clock.ts";

export interface Ending {
  /** Aborts at the end. */
  readonly signal: AbortSignal;
  /** Releases the timer; call it when the call is over. */
  release(): void;
}

export function createEnding(
  { clock, withinMs, signal }: { clock: CastClock; withinMs: number; signal?: AbortSignal | undefined },
): Ending {
  const ended = new AbortController();
  const released = new AbortController();
  const end = () => ended.abort(signal?.aborted ? signal.reason : undefined);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  clock.sleep(withinMs, released.signal).then(() => {
    if (!released.signal.aborted) end();
  });
  return {
    signal: ended.signal,
    release() {
      signal?.removeEventListener("abort", end);
      released.abort();
    },
  };
}

/** Resolves as `promise` does, or with undefined once the signal has aborted; `promise` itself goes on for others. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) {
    promise.catch(() => {});
    return undefined;
  }
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => stop = () => resolve(undefined));
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
