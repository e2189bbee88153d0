// @ts-check
/**
 * How long to wait before the next try: twice as long each time up to a bound, and a random part of it, so that a hall of
 * pages that lost the same server does not come back in one moment.
 */

const FIRST_MS = 500;
export const BEAT_MS_MAX = 10_000;

/**
 * @typedef {object} RetryBeat
 * @property {() => number} next Milliseconds.
 * @property {() => void} reset After a success.
 */

/** @param {() => number} [random] From 0 to 1. @returns {RetryBeat} */
export function createRetryBeat(random = Math.random) {
  let ceilingMs = FIRST_MS;
  return {
    next() {
      const waitMs = ceilingMs / 2 + random() * ceilingMs / 2;
      ceilingMs = Math.min(ceilingMs * 2, BEAT_MS_MAX);
      return Math.round(waitMs);
    },
    reset() {
      ceilingMs = FIRST_MS;
    },
  };
}
