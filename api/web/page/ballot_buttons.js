// @ts-check
/// <reference lib="dom" />
/** The buttons of the form: to vote, or, while nobody knows what became of a vote, to ask again or to let it go. */
import { elementOf } from "./elements.js";

/**
 * @typedef {object} BallotButtons
 * @property {(state: { isUnderWay: boolean, isPending: boolean, isAskable: boolean }) => void} show
 * @property {(act: () => void) => void} onAskAgain
 * @property {(act: () => void) => void} onLetGo
 * @property {(which: "vote" | "unknown") => void} focus
 */

/** @param {{ language: import("./language.js").Language }} deps @returns {BallotButtons} */
export function createBallotButtons({ language }) {
  const vote = elementOf("submit", HTMLButtonElement);
  const actions = elementOf("unknown-actions");
  const [askAgain, letGo] = [
    elementOf("ask-again", HTMLButtonElement),
    elementOf("let-go", HTMLButtonElement),
  ];
  return {
    show({ isUnderWay, isPending, isAskable }) {
      const words = language.words();
      // Not `disabled`: that takes the focus away from whoever has just pressed it.
      vote.setAttribute("aria-disabled", String(isUnderWay));
      vote.textContent = isUnderWay ? words.voting : words.vote;
      vote.hidden = isPending && !isUnderWay;
      actions.hidden = !isPending || isUnderWay;
      askAgain.hidden = !isAskable;
    },
    onAskAgain: (act) => askAgain.addEventListener("click", act),
    onLetGo: (act) => letGo.addEventListener("click", act),
    focus(which) {
      if (which === "vote") vote.focus();
      else (askAgain.hidden ? letGo : askAgain).focus();
    },
  };
}
