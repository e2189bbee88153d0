/** Waits that end at once when the program stops. */
import { setTimeout as timeout } from "node:timers/promises";

/** Resolves after `ms`, or at once when the signal aborts: the caller's loop looks at the signal anyway. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
