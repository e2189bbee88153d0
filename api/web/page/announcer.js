// @ts-check
/// <reference lib="dom" />
/**
 * Tells a screen reader what has changed by itself, and not too much of it: what is said within a while of the last word
 * waits, and only the latest of it is kept.
 */

const QUIET_MS = 10_000;

/** @param {HTMLElement} region A live region. @returns {(text: string) => void} */
export function createAnnouncer(region) {
  let waiting = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function say() {
    timer = undefined;
    if (waiting === "") return;
    region.textContent = waiting;
    waiting = "";
    timer = setTimeout(say, QUIET_MS);
  }

  return (text) => {
    waiting = text;
    if (timer === undefined) say();
  };
}
