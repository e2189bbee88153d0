// @ts-check
/// <reference lib="dom" />
/**
 * The ballot whose outcome is unknown, kept over a reload of the page: its requestId is all that lets it be counted once.
 * Only for this window, and without the token.
 *
 * @typedef {object} Pending
 * @property {readonly string[]} names
 * @property {readonly number[]} counts
 * @property {string} requestId
 * @property {string | undefined} voter
 * @property {number} sentAtMs When it was first sent, by this device's clock.
 *
 * @typedef {object} PendingBallot
 * @property {() => Pending | undefined} get
 * @property {(pending: Pending | undefined) => void} hold
 * @property {() => boolean} isAskable Whether asking again cannot count it a second time.
 */
import { isAskable } from "./cast_ballot.js";

const KEPT_UNDER = "cast.pending";

/** @returns {PendingBallot} */
export function createPendingBallot() {
  let pending = kept();
  return {
    get: () => pending,
    hold(next) {
      pending = next;
      keep(next);
    },
    isAskable: () => pending !== undefined && isAskable(pending, Date.now()),
  };
}

/** @param {Pending | undefined} pending */
function keep(pending) {
  try {
    if (pending) sessionStorage.setItem(KEPT_UNDER, JSON.stringify(pending));
    else sessionStorage.removeItem(KEPT_UNDER);
  } catch {
    // A browser that keeps nothing: it lasts as long as the page.
  }
}

/** @returns {Pending | undefined} */
function kept() {
  try {
    const text = sessionStorage.getItem(KEPT_UNDER);
    return text === null ? undefined : /** @type {Pending} */ (JSON.parse(text));
  } catch {
    return undefined;
  }
}
