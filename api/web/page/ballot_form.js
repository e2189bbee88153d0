// @ts-check
/// <reference lib="dom" />
/**
 * The form to vote with. One ballot is under way at a time. While nobody knows what became of one, the form holds to it:
 * it can be asked for again under the same requestId, or let go, and no other takes its place.
 */
import { createBallotButtons } from "./ballot_buttons.js";
import { createBallotLines } from "./ballot_lines.js";
import { readBallot, tidyName } from "./ballot_rules.js";
import { elementOf } from "./elements.js";
import { createOutcomeView } from "./outcome_view.js";
import { createPendingBallot } from "./pending_ballot.js";
import { newRequestId } from "./request_id.js";

/**
 * @typedef {import("./cast_ballot.js").Outcome} Outcome
 * @typedef {import("./pending_ballot.js").Pending} Pending
 *
 * @typedef {object} BallotFormDeps
 * @property {import("./language.js").Language} language
 * @property {(ballot: import("./cast_ballot.js").Ballot) => Promise<Outcome>} cast
 * @property {() => boolean} isFrozen Whether the totals of an answer are those that were published.
 * @property {(outcome: Outcome) => void} onOutcome
 */

/** @param {BallotFormDeps} deps @returns {{ pick: (name: string) => void }} */
export function createBallotForm({ language, cast, isFrozen, onOutcome }) {
  const identity = createIdentity();
  const lines = createBallotLines({ language });
  const buttons = createBallotButtons({ language });
  const showOutcome = createOutcomeView(elementOf("outcome"), { language, isFrozen });
  const pending = createPendingBallot();
  let isUnderWay = false;

  function showState() {
    const isPending = pending.get() !== undefined;
    buttons.show({ isUnderWay, isPending, isAskable: pending.isAskable() });
    lines.lock(isUnderWay || isPending);
  }

  function showUnknown() {
    showState();
    showOutcome({ kind: pending.isAskable() ? "unknown" : "tooLate" });
  }

  /** @param {Pending} ballot @param {boolean} isRepeat */
  async function send(ballot, isRepeat) {
    isUnderWay = true;
    // Held from before it is sent: a page that is closed meanwhile knows of it when it is opened again.
    pending.hold(ballot);
    showOutcome(undefined);
    showState();
    const outcome = await cast({ ...ballot, token: identity.token(), isRepeat });
    isUnderWay = false;
    if ("code" in outcome && outcome.code === "VOTER_UNAUTHORIZED") identity.open();
    if (outcome.kind === "unknown") {
      showUnknown();
      buttons.focus("unknown");
    } else {
      pending.hold(undefined);
      showState();
      showOutcome(outcome);
      // The button that was pressed may be gone.
      if (document.activeElement === document.body) buttons.focus("vote");
    }
    onOutcome(outcome);
  }

  elementOf("form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    if (isUnderWay || pending.get()) return;
    const reading = readBallot(lines.read());
    lines.showProblems(reading.kind === "problems" ? reading.problems : []);
    if (reading.kind === "problems") return;
    void send(newBallot(reading.choice, identity.voter()), false);
  });
  buttons.onAskAgain(() => {
    const ballot = pending.get();
    if (isUnderWay || !ballot) return;
    if (pending.isAskable()) void send(ballot, true);
    else showUnknown();
  });
  buttons.onLetGo(() => {
    pending.hold(undefined);
    showOutcome(undefined);
    showState();
    buttons.focus("vote");
  });
  language.onChange(showState);
  const left = pending.get();
  if (left) {
    lines.fill(left);
    showUnknown();
  }
  return { pick: (name) => void (isUnderWay || pending.get() || lines.pick(name)) };
}

/** @param {import("./ballot_rules.js").Choice} choice @param {string | undefined} voter @returns {Pending} */
function newBallot(choice, voter) {
  return { ...choice, requestId: newRequestId(), voter, sentAtMs: Date.now() };
}

/** Who votes, where somebody asks. */
function createIdentity() {
  const [voter, token] = [elementOf("voter", HTMLInputElement), elementOf("token", HTMLInputElement)];
  return {
    voter: () => tidyName(voter.value) || undefined,
    token: () => token.value.trim() || undefined,
    open() {
      elementOf("identity", HTMLDetailsElement).open = true;
    },
  };
}
