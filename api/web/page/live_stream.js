// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.asynciterable" />
/**
 * Stays subscribed: one stream after the other, for as long as it is open. Each frame holds the whole state, so whoever
 * was cut is up to date with the first frame of the next stream. By fetch and not EventSource, which neither tells why it
 * was turned away nor waits longer each time.
 *
 * @typedef {"connecting" | "live" | "waiting" | "reconnecting" | "offline"} LiveState
 * `waiting`: the server is there and has nothing to show yet.
 *
 * @typedef {object} LiveStreamOptions
 * @property {string} query
 * @property {string} field Of the subscription.
 * @property {(frame: unknown, about: { isFirst: boolean }) => void} onFrame
 * @property {(state: LiveState) => void} [onState]
 *
 * @typedef {{ readonly state: "waiting" | "reconnecting", readonly waitMs: number }} End How a stream ended.
 */
import { createEventReader } from "./event_stream.js";
import { GRAPHQL_PATH, readAnswer } from "./graphql.js";
import { createRetryBeat } from "./retry_beat.js";

/** Heartbeats come several times as often: a stream that is silent for so long leads nowhere. */
const SILENCE_MS_MAX = 45_000;
/** A stream that lived for so long was no part of a series of failures. */
const SOUND_MS = 5_000;
/** What a server may ask for when it has no place. */
const RETRY_AFTER_MS_MAX = 60_000;
/** @type {End} */
const LOST = { state: "reconnecting", waitMs: 0 };

/** @param {LiveStreamOptions} options @returns {() => void} Closes it. */
export function openLiveStream(options) {
  const closing = new AbortController();
  void staySubscribed(options, closing.signal);
  return () => closing.abort();
}

/** @param {LiveStreamOptions} options @param {AbortSignal} closing */
async function staySubscribed(options, closing) {
  const { onState = () => {} } = options;
  const beat = createRetryBeat();
  onState("connecting");
  while (!closing.aborted) {
    const beganAt = performance.now();
    const { state, waitMs } = await listen(options, closing);
    if (closing.aborted) return;
    if (performance.now() - beganAt > SOUND_MS) beat.reset();
    onState(navigator.onLine ? state : "offline");
    await waitOrOnline(waitMs + beat.next(), closing);
  }
}

/**
 * One stream to its end. Never throws: whatever ends it, the next one is tried.
 *
 * @param {LiveStreamOptions} options
 * @param {AbortSignal} closing
 * @returns {Promise<End>}
 */
async function listen({ query, field, onFrame, onState = () => {} }, closing) {
  const silence = new AbortController();
  const signal = AbortSignal.any([closing, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  // A device that is offline is told so by itself, and long before a stream is missed.
  addEventListener("offline", () => silence.abort(), { signal });
  /** @type {End} */
  let end = LOST;
  let isFirst = true;
  const read = createEventReader(({ event, data }) => {
    if (event !== "next") return;
    const answer = readAnswer(JSON.parse(data));
    if (answer.kind === "data") {
      onFrame(answer.data[field], { isFirst });
      if (isFirst) onState("live");
      isFirst = false;
      end = LOST;
    } else if (answer.kind === "error") end = endFor(answer.code);
  });
  try {
    const response = await fetch(GRAPHQL_PATH, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query }),
      signal,
    });
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return turnedAway(response);
    }
    // A server that has nothing to show yet keeps the stream open until it has.
    onState("waiting");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
      read(piece.value);
    }
    return end;
  } catch {
    return end;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** @param {Response} response @returns {Promise<End>} */
async function turnedAway(response) {
  const answer = readAnswer(await response.json());
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  const waitMs = Math.min(Math.max(0, seconds || 0) * 1000, RETRY_AFTER_MS_MAX);
  return { ...(answer.kind === "error" ? endFor(answer.code) : LOST), waitMs };
}

/** @param {string} code @returns {End} */
function endFor(code) {
  return code === "NOT_READY" ? { state: "waiting", waitMs: 0 } : LOST;
}

/** @param {number} waitMs @param {AbortSignal} closing @returns {Promise<void>} */
function waitOrOnline(waitMs, closing) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const timer = setTimeout(end, waitMs);
    function end() {
      clearTimeout(timer);
      done.abort();
      resolve();
    }
    addEventListener("online", end, { signal: done.signal });
    closing.addEventListener("abort", end, { signal: done.signal });
  });
}
