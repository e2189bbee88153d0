// @ts-check
/**
 * Whether the counter is missed. A server that has lost it keeps its streams open and has nothing to send; results may
 * rest for long where nobody votes, but tickets follow each other as long as there is a counter.
 *
 * @typedef {object} CounterWatch
 * @property {() => void} rest There is no stream that tickets could come by.
 * @property {(lifeMs: number) => void} hear A ticket came, with so much of its life.
 * @property {() => boolean} isMissed
 */

const LIVES_MAX = 3;
/** Tickets that are this short are late over a slow network now and then. */
export const SILENCE_MS_MIN = 5_000;

/** @param {{ now: () => number }} deps @returns {CounterWatch} */
export function createCounterWatch({ now }) {
  let missedAt = Infinity;
  return {
    rest() {
      missedAt = Infinity;
    },
    hear(lifeMs) {
      missedAt = now() + Math.max(LIVES_MAX * lifeMs, SILENCE_MS_MIN);
    },
    isMissed: () => now() >= missedAt,
  };
}
