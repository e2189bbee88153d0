// @ts-check
/**
 * The counter's clock as it is seen from here. A frame is older on arrival than when it was read, never younger, so the
 * one that lost the least on its way tells the time best.
 */

/** Of the latest frames: a clock that was set right is believed again after so many. */
const FRAMES_MAX = 20;

/**
 * @typedef {object} ServerClock
 * @property {(readAtMs: number) => void} hear
 * @property {() => number} now Milliseconds since 1970; by this device's clock until a frame was heard.
 */

/** @param {() => number} [deviceNow] @returns {ServerClock} */
export function createServerClock(deviceNow = Date.now) {
  /** @type {number[]} */
  const offsets = [];
  return {
    hear(readAtMs) {
      offsets.push(readAtMs - deviceNow());
      if (offsets.length > FRAMES_MAX) offsets.shift();
    },
    now: () => deviceNow() + (offsets.length === 0 ? 0 : Math.max(...offsets)),
  };
}
