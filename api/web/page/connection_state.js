// @ts-check
/// <reference lib="dom" />
/**
 * Shows whether what is seen is of this moment. Told to a screen reader only where it lasts: a server that is replaced is
 * back before anybody needs to hear of it.
 */
import { elementOf } from "./elements.js";

/**
 * @typedef {import("./live_stream.js").LiveState} LiveState
 *
 * @typedef {object} ConnectionState
 * @property {(state: LiveState) => void} onState Of the stream of results.
 * @property {(isMissed: boolean) => void} onCounter A stream that is open leads nowhere while the counter is missed.
 */

const LASTING_MS = 3_000;

/**
 * @param {{ language: import("./language.js").Language, announce: (text: string) => void }} deps
 * @returns {ConnectionState}
 */
export function createConnectionState({ language, announce }) {
  const [badge, text] = [elementOf("connection"), elementOf("connection-text")];
  /** @type {LiveState} */
  let streamState = "connecting";
  let isMissed = false;
  /** @type {LiveState} */
  let told = "live";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function stateNow() {
    return streamState === "live" && isMissed ? "waiting" : streamState;
  }

  function show() {
    const state = stateNow();
    badge.dataset.state = state;
    text.textContent = language.words().connection[state];
    document.documentElement.dataset.live = String(state === "live");
  }

  function tell() {
    const state = stateNow();
    if (state === told || state === "connecting") return;
    told = state;
    announce(language.words().connectionSaid[state]);
  }

  function showAnew() {
    show();
    clearTimeout(timer);
    timer = setTimeout(tell, LASTING_MS);
  }

  language.onChange(show);
  return {
    onState(next) {
      streamState = next;
      showAnew();
    },
    onCounter(next) {
      if (next === isMissed) return;
      isMissed = next;
      showAnew();
    },
  };
}
