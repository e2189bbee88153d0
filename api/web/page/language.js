// @ts-check
/// <reference lib="dom" />
/**
 * The language of the page: that of the browser, or the one that was chosen here before. Texts of the markup are put in
 * by `data-words`; whoever writes others is told of a change.
 */
import { CHINESE } from "./words/chinese.js";
import { ENGLISH } from "./words/english.js";

/** Also known to early.js. */
const KEPT_UNDER = "cast.language";

/**
 * @typedef {typeof ENGLISH} Words
 * @typedef {object} Language
 * @property {() => Words} words
 * @property {(value: number) => string} figure A whole number as the reader writes it.
 * @property {(act: () => void) => void} onChange Calls at once, and after each change.
 */

/** @param {HTMLElement} switcher @returns {Language} */
export function createLanguage(switcher) {
  let words = document.documentElement.lang === "zh" ? CHINESE : ENGLISH;
  let format = new Intl.NumberFormat(words.locale);
  /** @type {(() => void)[]} */
  const listeners = [];

  function show() {
    document.documentElement.lang = words.locale;
    document.title = words.pageTitle;
    fillIn(words);
    switcher.textContent = words.otherLanguage;
    switcher.lang = words.otherLanguageCode;
    switcher.setAttribute("aria-label", words.otherLanguageLabel);
    for (const act of listeners) act();
  }

  switcher.addEventListener("click", () => {
    words = words === ENGLISH ? CHINESE : ENGLISH;
    format = new Intl.NumberFormat(words.locale);
    keep(words === CHINESE ? "zh" : "en");
    show();
  });
  show();
  return {
    words: () => words,
    figure: (value) => format.format(value),
    onChange(act) {
      listeners.push(act);
      act();
    },
  };
}

/** @param {Words} words */
function fillIn(words) {
  /** @type {Readonly<Record<string, unknown>>} */
  const texts = words;
  for (const element of document.querySelectorAll("[data-words]")) {
    const text = texts[element.getAttribute("data-words") ?? ""];
    if (typeof text === "string") element.textContent = text;
  }
}

/** @param {string} code */
function keep(code) {
  try {
    localStorage.setItem(KEPT_UNDER, code);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
