// @ts-check
/**
 * Casts a ballot: takes a ticket, votes, and asks again where no answer came, under the same requestId, so that the vote is
 * counted once whatever became of the first try.
 *
 * After a try without an answer only an acceptance ends the doubt. A refusal says nothing of that try: the counter may have
 * been wiped and restored while the vote comes back from where it was stored, and knows of it only then.
 *
 * Nothing is repeated once the server may have forgotten the request. Timers stand still while a phone is locked, so the
 * clock is asked before each post.
 *
 * @typedef {import("./documents.js").Ticket} Ticket
 * @typedef {import("./documents.js").VoteResult} VoteResult
 *
 * @typedef {object} Ballot
 * @property {readonly string[]} names
 * @property {readonly number[]} counts
 * @property {string} requestId
 * @property {string | undefined} voter
 * @property {string | undefined} token
 * @property {number} sentAtMs When it was first sent, by the clock of `now`.
 * @property {boolean} isRepeat Whether a try before this one got no answer.
 *
 * @typedef {{ kind: "accepted", ticket: string, names: readonly string[], totals: readonly number[] }
 *   | { kind: "refused", ticket: string | undefined, code: string, message: string }
 *   | { kind: "unsent" }
 *   | { kind: "failed" }
 *   | { kind: "unknown", code?: string }} Outcome
 * `unknown` has a code where only the person can mend what the last try was refused for.
 *
 * @typedef {object} CastBallotDeps
 * @property {import("./graphql.js").Ask} ask
 * @property {() => Ticket | undefined} usableTicket
 * @property {() => number} now Goes on while the device sleeps.
 * @property {(ms: number) => Promise<void>} pause
 * @property {import("./retry_beat.js").RetryBeat} beat
 */
import { CAS, VOTE } from "./documents.js";

/** Tries without an answer, of one press of the button. What is answered goes on until the time is over. */
export const SILENCES_MAX = 4;
/**
 * Unless it is set otherwise the server answers for a minute with the first answer, whatever happens to it meanwhile. What
 * is left is for the last try to arrive.
 */
export const ASKABLE_MS = 50_000;
/** The API's own word for a vote that went to the counter and was not answered, and for a fault on the way. */
const UNKNOWN_CODES = new Set(["OUTCOME_UNKNOWN", "INTERNAL_ERROR"]);
/** A newer ticket or more patience does not help: the token is not kept over a reload. */
const PERSON_CODE = "VOTER_UNAUTHORIZED";

/**
 * Whether asking again cannot count a ballot a second time. A clock that was set back tells nothing.
 *
 * @param {{ readonly sentAtMs: number }} ballot
 * @param {number} nowMs
 */
export function isAskable({ sentAtMs }, nowMs) {
  return nowMs >= sentAtMs && nowMs - sentAtMs < ASKABLE_MS;
}

/** @param {CastBallotDeps} deps @returns {(ballot: Ballot) => Promise<Outcome>} */
export function createCastBallot({ ask, usableTicket, now, pause, beat }) {
  /** What came of this try alone. @param {Ballot} ballot @returns {Promise<Outcome>} */
  async function tryOnce(ballot) {
    const ticket = usableTicket() ?? await askForTicket(ask);
    if ("kind" in ticket) return ticket;
    // The wait for a ticket may have been a long one, and the pause before it.
    if (!isAskable(ballot, now())) return { kind: "unsent" };
    const { names, counts, requestId, voter, token } = ballot;
    const answer = await ask({
      query: VOTE,
      variables: {
        usernames: names,
        voteCount: counts,
        ticket: ticket.ticket,
        requestId,
        ...(voter ? { voterUsername: voter } : {}),
      },
      ...(token ? { token } : {}),
    });
    if (answer.kind === "silence") return { kind: "unknown" };
    if (answer.kind === "error") return errorOutcome(answer);
    return resultOutcome(/** @type {VoteResult} */ (answer.data.vote), ticket.ticket);
  }

  return async (ballot) => {
    beat.reset();
    let wasUnanswered = ballot.isRepeat;
    for (let silences = 0;;) {
      const outcome = await tryOnce(ballot);
      if (outcome.kind === "unknown") wasUnanswered = true;
      if (outcome.kind === "accepted" || !wasUnanswered) return outcome;
      if (outcome.kind === "refused" && outcome.code === PERSON_CODE) {
        return { kind: "unknown", code: PERSON_CODE };
      }
      if (outcome.kind === "unknown" || outcome.kind === "unsent") silences++;
      if (silences === SILENCES_MAX || !isAskable(ballot, now())) return { kind: "unknown" };
      await pause(beat.next());
    }
  };
}

/** @param {import("./graphql.js").Ask} ask @returns {Promise<Ticket | Outcome>} */
async function askForTicket(ask) {
  const answer = await ask({ query: CAS });
  if (answer.kind === "data") return /** @type {Ticket} */ (answer.data.cas);
  const outcome = answer.kind === "silence" ? undefined : errorOutcome(answer);
  return outcome && outcome.kind !== "unknown" ? outcome : { kind: "unsent" };
}

/** @param {{ code: string, message: string }} error @returns {Outcome} */
function errorOutcome({ code, message }) {
  if (UNKNOWN_CODES.has(code)) return { kind: "unknown" };
  // Turned away at the door, where nothing has begun.
  if (code === "OVERLOADED" || code === "NOT_READY") {
    return { kind: "refused", ticket: undefined, code, message };
  }
  return { kind: "failed" };
}

/** @param {VoteResult} result @param {string} ticket @returns {Outcome} */
function resultOutcome({ success, code, message, usernames, votes }, ticket) {
  if (success) return { kind: "accepted", ticket, names: usernames, totals: votes };
  return { kind: "refused", ticket, code, message };
}
