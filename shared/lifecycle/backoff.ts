/** How long to wait after a failure: doubling, capped, jittered so that copies of a program do not march in step. */

const FIRST_MS = 50;
export const BACKOFF_MS_MAX = 5000;

/** `failures` counts from 1; `random` is a number from 0 to 1. The result lies in the upper half of the full wait. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 16), BACKOFF_MS_MAX);
  return full * (0.5 + random / 2);
}
