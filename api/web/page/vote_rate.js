// @ts-check
/**
 * Votes per second, from how many votes each frame had counted and when it was read. Frames come only when something has
 * changed, so in a long time between two of them the count stood still. What was counted while nobody listened is no rate
 * of any second: those seconds are unknown, and so is everything before another epoch, whose count begins again.
 *
 * @typedef {object} Sample
 * @property {string} epoch
 * @property {number} atMs By the counter's clock.
 * @property {number} voteCount
 * @property {boolean} isFirst Of its connection: frames before it may be missing.
 *
 * @typedef {object} VoteRate
 * @property {(sample: Sample) => void} add
 * @property {(nowMs: number) => (number | null)[]} perSecond Of the last whole seconds, the latest last.
 * @property {(nowMs: number) => number | null} present
 */

export const SECONDS_SHOWN = 120;
/** With many who watch, frames come less often: what one counts is spread over the time since the last, up to so much. */
const FRAME_MS_MAX = 3_000;
/** Long enough that four frames a second do not make a figure that trembles. */
const PRESENT_SECONDS = 3;
/** Four frames a second for somewhat longer than is shown. */
const SAMPLES_MAX = 4 * (SECONDS_SHOWN + 30);

/** @returns {VoteRate} */
export function createVoteRate() {
  /** @type {Sample[]} */
  let samples = [];

  /** @param {number} atMs @returns {number | null} Null where it is not known. */
  function countAt(atMs) {
    const next = samples.findIndex((sample) => sample.atMs > atMs);
    const before = samples.at(next === -1 ? -1 : next - 1);
    if (next === 0 || !before) return null;
    const after = next === -1 ? undefined : samples[next];
    if (!after || before.atMs === atMs) return before.voteCount;
    if (after.isFirst) return null;
    const fromMs = Math.max(before.atMs, after.atMs - FRAME_MS_MAX);
    const share = Math.max(0, atMs - fromMs) / (after.atMs - fromMs);
    return before.voteCount + share * (after.voteCount - before.voteCount);
  }

  /** Votes counted in a span, or null where that is not known. @param {number} fromMs @param {number} toMs */
  function countedIn(fromMs, toMs) {
    if (samples.some(({ isFirst, atMs }) => isFirst && atMs > fromMs && atMs <= toMs)) return null;
    const [from, to] = [countAt(fromMs), countAt(toMs)];
    return from === null || to === null ? null : to - from;
  }

  /** What is known until: a frame may be on its way that tells of the time since the last. @param {number} nowMs */
  function knownUntil(nowMs) {
    const lastMs = samples.at(-1)?.atMs ?? nowMs;
    return nowMs - lastMs < FRAME_MS_MAX ? Math.min(lastMs, nowMs) : nowMs;
  }

  return {
    add(sample) {
      const last = samples.at(-1);
      if (last && last.epoch !== sample.epoch) samples = [];
      // A count that fell, or a clock that stepped back: nothing before can be compared with it.
      if (last && (last.voteCount > sample.voteCount || last.atMs > sample.atMs)) samples = [];
      samples.push(samples.length === 0 ? { ...sample, isFirst: true } : sample);
      if (samples.length > SAMPLES_MAX) samples.shift();
    },
    perSecond(nowMs) {
      const endMs = Math.floor(nowMs / 1000) * 1000;
      const knownMs = knownUntil(nowMs);
      return Array.from({ length: SECONDS_SHOWN }, (_, index) => {
        const toMs = endMs - (SECONDS_SHOWN - 1 - index) * 1000;
        return toMs > knownMs ? null : countedIn(toMs - 1000, toMs);
      });
    },
    present(nowMs) {
      const knownMs = knownUntil(nowMs);
      const counted = countedIn(knownMs - PRESENT_SECONDS * 1000, knownMs);
      return counted === null ? null : counted / PRESENT_SECONDS;
    },
  };
}
