/** Waits for a condition instead of a time: tests pass on a loaded machine and end early on an idle one. */
import { setTimeout as timeout } from "node:timers/promises";

const POLL_MS = 10;

export interface WaitOptions {
  /** For the error: what was waited for. */
  readonly what: string;
  readonly withinMs?: number;
}

/** Resolves with the first result that is neither undefined nor false; throws when none comes in time. */
export async function waitFor<T>(
  look: () => T | Promise<T>,
  { what, withinMs = 30_000 }: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + withinMs;
  while (true) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`Wait for ${what}: not seen within ${withinMs} ms`);
    await timeout(POLL_MS);
  }
}
