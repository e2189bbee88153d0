/**
 * Waiting on a condition, with a deadline: the only way in which the stack waits for anything.
 */
import { backoffMs, pause } from "./backoff.ts";

const POLL = { firstMs: 10, capMs: 200 };

export interface WaitOptions {
  /** Completes the sentence "Wait until …" of the error. */
  what: string;
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

/** Polls until the condition holds. What the condition throws ends the wait. */
export async function waitUntil(condition: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const end = performance.now() + options.deadlineMs;
  for (let attempt = 0; !(await condition()); attempt++) {
    if (performance.now() >= end) {
      throw new Error(`Wait until ${options.what}: it did not happen within ${options.deadlineMs} ms`);
    }
    await pause(backoffMs(attempt, POLL), options.signal);
  }
}
