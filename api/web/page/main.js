// @ts-check
/// <reference lib="dom" />
/** Puts the page together: what it shows, and what it listens to for as long as somebody looks. */
import { createAnnouncer } from "./announcer.js";
import { createBallotForm } from "./ballot_form.js";
import { createCastBallot } from "./cast_ballot.js";
import { createConnectionState } from "./connection_state.js";
import { createCounterWatch } from "./counter_watch.js";
import { LEADERBOARD, TICKET_CHANGED } from "./documents.js";
import { elementOf, make } from "./elements.js";
import { ask } from "./graphql.js";
import { createLanguage } from "./language.js";
import { openLiveStream } from "./live_stream.js";
import { createRace } from "./race.js";
import { createRatePlot } from "./rate_plot.js";
import { createResults } from "./results.js";
import { createRetryBeat } from "./retry_beat.js";
import { createServerClock } from "./server_clock.js";
import { createTicketView } from "./ticket_view.js";
import { createVoteRate } from "./vote_rate.js";

/**
 * @typedef {import("./documents.js").Leaderboard} Leaderboard
 * @typedef {import("./documents.js").Ticket} Ticket
 */

const RATE_EVERY_MS = 500;
/** A page that nobody sees gives its streams back: there are others in the hall, and a browser has six of them in all. */
const HIDDEN_MS = 15_000;

const isPresenter = document.documentElement.dataset.view === "presenter";
for (const element of document.querySelectorAll(`[data-only="${isPresenter ? "voting" : "presenter"}"]`)) {
  element.setAttribute("hidden", "");
}
elementOf("host").textContent = location.host;

let isFrozen = false;
const language = createLanguage(elementOf("language"));
const announce = createAnnouncer(elementOf("announcer"));
const clock = createServerClock();
const rate = createVoteRate();
const results = createResults({ language, announce });
const drawRates = createRatePlot(elementOf("plot"), { language });
const counter = createCounterWatch({ now: () => performance.now() });
const { onState, onCounter } = createConnectionState({ language, announce });
const voting = isPresenter ? undefined : createVoting();
const showRace = createRace(elementOf("race"), {
  language,
  empty: elementOf("race-empty"),
  onPick: voting?.pick,
});

function createVoting() {
  const ticket = createTicketView({ language, clock });
  const cast = createCastBallot({
    ask,
    usableTicket: ticket.usable,
    now: Date.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    beat: createRetryBeat(),
  });
  const { pick } = createBallotForm({
    language,
    cast,
    isFrozen: () => isFrozen,
    onOutcome(outcome) {
      if (outcome.kind === "accepted") ticket.spend(outcome.ticket, 1);
      if (outcome.kind === "refused" && outcome.code === "TICKET_EXHAUSTED" && outcome.ticket) {
        ticket.spend(outcome.ticket, Infinity);
      }
    },
  });
  return { pick, showTicket: ticket.show };
}

/** @param {unknown} next @param {{ isFirst: boolean }} about */
function showFrame(next, { isFirst }) {
  const frame = /** @type {Leaderboard} */ (next);
  const atMs = Date.parse(frame.readAt);
  clock.hear(atMs);
  rate.add({ epoch: frame.epoch, atMs, voteCount: frame.voteCount, isFirst });
  isFrozen = frame.isFrozen;
  results.show(frame);
  showRace(frame.entries);
  suggestNames(frame.entries.map(({ username }) => username));
  document.documentElement.dataset.ready = "true";
}

/** For the field of a name. @param {readonly string[]} names */
function suggestNames(names) {
  const list = elementOf("known-names");
  if ([...list.children].map((option) => option.getAttribute("value")).join("\n") === names.join("\n")) {
    return;
  }
  list.replaceChildren(...names.map((name) => {
    const option = make("option");
    option.value = name;
    return option;
  }));
}

function listen() {
  const closes = [
    openLiveStream({ query: LEADERBOARD, field: "leaderboard", onFrame: showFrame, onState }),
  ];
  if (voting) {
    closes.push(openLiveStream({
      query: TICKET_CHANGED,
      field: "ticketChanged",
      onFrame(next) {
        const ticket = /** @type {Ticket} */ (next);
        voting.showTicket(ticket);
        counter.hear(Date.parse(ticket.validUntil) - clock.now());
      },
      onState: (state) => void (state === "live" || counter.rest()),
    }));
  }
  return () => {
    counter.rest();
    closes.forEach((close) => close());
  };
}

try {
  // The page is whole: early.js counts anew.
  sessionStorage.removeItem("cast.reloads");
} catch {
  // A browser that keeps nothing.
}

/** @type {(() => void) | undefined} */
let stopListening = listen();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (!document.hidden) stopListening ??= listen();
  // A big screen may be covered where it is driven from, and is looked at all the same.
  else if (!isPresenter) {
    hiding = setTimeout(() => {
      stopListening?.();
      stopListening = undefined;
    }, HIDDEN_MS);
  }
});

setInterval(() => {
  const nowMs = clock.now();
  results.showRate(rate.present(nowMs));
  drawRates(rate.perSecond(nowMs));
  onCounter(counter.isMissed());
}, RATE_EVERY_MS);
