// @ts-check
/// <reference lib="dom" />
/** Says what came of a vote, in the words of whoever voted: what happened, and what to do. */
import { make } from "./elements.js";

/**
 * @typedef {import("./cast_ballot.js").Outcome} Outcome
 * @typedef {import("./words/english.js").Explanation} Explanation
 * @typedef {Outcome | { kind: "tooLate" } | undefined} Shown
 */

/**
 * @param {HTMLElement} place A live region.
 * @param {object} deps
 * @param {import("./language.js").Language} deps.language
 * @param {() => boolean} deps.isFrozen Whether totals are those that were published.
 * @returns {(shown: Shown) => void}
 */
export function createOutcomeView(place, { language, isFrozen }) {
  /** @type {Shown} */
  let shown;
  let wasFrozen = false;

  function show() {
    place.dataset.kind = shown?.kind ?? "none";
    place.dataset.code = shown?.kind === "refused" ? shown.code : "";
    place.replaceChildren(...(shown ? partsOf(shown, { language, isFrozen: wasFrozen }) : []));
  }

  language.onChange(show);
  return (next) => {
    shown = next;
    wasFrozen = isFrozen();
    show();
  };
}

/**
 * @param {NonNullable<Shown>} shown
 * @param {{ language: import("./language.js").Language, isFrozen: boolean }} about
 * @returns {HTMLElement[]}
 */
function partsOf(shown, { language, isFrozen }) {
  const texts = language.words();
  const counted = isFrozen ? texts.countedPublished : texts.countedTotal;
  switch (shown.kind) {
    case "accepted":
      return [
        title(texts.countedTitle),
        ...shown.names.map((name, index) =>
          make("p", { text: counted(name, language.figure(shown.totals[index] ?? 0)) })
        ),
      ];
    case "refused": {
      const explanation = texts.refusals[shown.code] ?? texts.refusalUnknown;
      // Which rule was broken only the server says, in its own words.
      const detail = shown.code === "INPUT_INVALID" || shown.code === "VOTER_UNAUTHORIZED"
        ? [detailOf(shown.message)]
        : [];
      return [...explained(explanation), ...detail];
    }
    case "unsent":
    case "failed":
    case "unknown":
      return explained(texts[shown.kind]);
    case "tooLate":
      return explained(texts.unknownTooLate);
  }
}

/** @param {Explanation} explanation */
function explained({ title: heading, what, todo }) {
  return [title(heading), make("p", { text: what }), make("p", { className: "todo", text: todo })];
}

/** @param {string} text */
function title(text) {
  return make("p", { className: "outcome-title", text });
}

/** @param {string} message */
function detailOf(message) {
  const detail = make("p", { className: "outcome-detail", text: message });
  detail.lang = "en";
  return detail;
}
