/** How long to wait before the next try: doubling, capped, jittered so that a crowd does not come back in step. */

const FIRST_MS = 100;
export const BACKOFF_MS_MAX = 3_000;
/** Of what a server may ask for; a longer wait is longer than any call is patient. */
const RETRY_AFTER_MS_MAX = 600_000;

export interface Failures {
  /** From 1. */
  readonly count: number;
  /** What the server asked for, if it did: never less is waited. */
  readonly retryAfterMs?: number | undefined;
}

/** `random` is a number from 0 to 1. */
export function backoffMs({ count, retryAfterMs = 0 }: Failures, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(count - 1, 16), BACKOFF_MS_MAX);
  const jitter = full * (0.5 + random / 2);
  // Everybody was told the same moment, so the jitter comes on top of it.
  return retryAfterMs > 0 ? retryAfterMs + jitter : jitter;
}

/** Reads a Retry-After header in seconds; one that holds a date, or nothing, is none. */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1_000, RETRY_AFTER_MS_MAX) : undefined;
}
