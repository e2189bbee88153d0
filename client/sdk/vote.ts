/**
 * One vote, brought to an end: it is repeated under one requestId until its outcome is known or its deadline has come,
 * so that it is counted once or not at all.
 *
 * A refusal says that nothing was changed by the call that it answers, and nothing of the calls before it. So once a
 * call has stayed without an answer only an acceptance settles the vote; whatever else comes, it is `unknown`, and the
 * caller may ask again under the same requestId. A repeat by hand begins like that: the call before it is not known here.
 *
 * The deadline is held by the clock as well as by the signal: the timers of a phone that sleeps stand still, and a try
 * that comes after it would meet a server that has forgotten the requestId.
 */
import { type Busy, type Lost, type Rejected, UNREACHABLE } from "./answer.ts";
import { backoffMs } from "./backoff.ts";
import type { Ballot } from "./ballot.ts";
import type { CastClock } from "./clock.ts";
import { VOTE } from "./documents.ts";
import { CastRequestError } from "./errors.ts";
import type { Tally } from "./results.ts";
import type { TicketSource } from "./ticket_source.ts";
import type { Transport } from "./transport.ts";

/** Deadline and backoff bound the tries; this holds should a clock stand still. */
const TRIES_MAX = 200;
/** With these the same vote may be counted a little later. */
const PASSING_CODES: ReadonlySet<string> = new Set(["OVERLOADED", "NOT_READY"]);
const TICKET_FAULTS: ReadonlyMap<string, "expired" | "spent" | "invalid"> = new Map([
  ["TICKET_EXPIRED", "expired"],
  ["TICKET_EXHAUSTED", "spent"],
  ["TICKET_INVALID", "invalid"],
]);

/** A code that is not named here may come with a newer server: it is a refusal like any other. */
export type RefusalCode =
  | "TICKET_INVALID"
  | "TICKET_EXPIRED"
  | "TICKET_EXHAUSTED"
  | "INPUT_INVALID"
  | "TOTAL_TOO_LARGE"
  | "REQUEST_ID_CONFLICT"
  | "OVERLOADED"
  | "NOT_READY"
  | "POLL_CLOSED"
  | "CANDIDATE_UNKNOWN"
  | "VOTER_LIMIT"
  | "VOTER_UNAUTHORIZED"
  /** The client's own: the API could not be reached, so that nothing was sent. */
  | "UNREACHABLE"
  /** The client's own: what gives the voter's token has failed. */
  | "TOKEN_UNAVAILABLE"
  | (string & Record<never, never>);

export interface Refusal {
  readonly code: RefusalCode;
  /** For people. */
  readonly message: string;
}

export type VoteOutcome =
  /** Counted once. `totals` in the order voted for; the published ones while results are frozen. */
  | { readonly kind: "accepted"; readonly requestId: string; readonly totals: readonly Tally[] }
  /** Nothing was changed. */
  | ({ readonly kind: "refused"; readonly requestId: string } & Refusal)
  /** Counted or not: the same vote under the same requestId tells. `last` is what the last try came to. */
  | { readonly kind: "unknown"; readonly requestId: string; readonly last: Refusal };

export interface VoteRequest {
  readonly ballot: Ballot;
  readonly voter: string | undefined;
  readonly requestId: string;
  /** It was asked for before under this requestId, and may be counted. */
  readonly isRepeat: boolean;
  readonly deadlineMs: number;
}

export interface VoteDeps {
  readonly transport: Transport;
  readonly tickets: TicketSource;
  readonly clock: CastClock;
  readonly random: () => number;
}

interface VoteAnswer {
  readonly success: boolean;
  readonly message: string;
  readonly usernames: readonly string[];
  readonly votes: readonly number[];
  readonly code: string;
}

/** What one try came to. */
type Try =
  | { readonly kind: "accepted"; readonly totals: readonly Tally[] }
  /** Nothing was changed by this try; `then` says what may help. */
  | {
    readonly kind: "refused";
    readonly then: "nothing" | "another ticket" | "time";
    readonly why: Refusal;
    readonly retryAfterMs?: number | undefined;
  }
  /** The API does not understand the request. */
  | { readonly kind: "wrong"; readonly why: Refusal }
  | { readonly kind: "lost"; readonly why: Refusal };

/** Throws CastRequestError where the API does not understand the request. An abort ends the vote as its deadline does. */
export async function castVote(
  request: VoteRequest,
  { signal, deps }: { signal: AbortSignal; deps: VoteDeps },
): Promise<VoteOutcome> {
  const { requestId } = request;
  const { clock, random } = deps;
  const endsAtMs = clock.now() + request.deadlineMs;
  let isUnsettled = request.isRepeat;
  let [failures, renewals] = [0, 0];
  let last: Refusal = { code: UNREACHABLE, message: "No answer came in time" };
  const isOver = () => signal.aborted || clock.now() >= endsAtMs;
  const end = (): VoteOutcome =>
    isUnsettled ? { kind: "unknown", requestId, last } : { kind: "refused", requestId, ...last };

  for (let tries = 0; tries < TRIES_MAX && !isOver(); tries++) {
    const result = await tryOnce(request, { signal, endsAtMs, deps });
    if (result.kind === "accepted") return { kind: "accepted", requestId, totals: result.totals };
    // What the end has cut off before it was sent says less than the answer before it.
    const isCutOff = isOver() && result.kind === "refused" && result.then === "time";
    if (!isCutOff || tries === 0) last = result.why;
    if (result.kind === "wrong") {
      if (!isUnsettled) throw new CastRequestError(last.message, { code: last.code });
      return end();
    }
    if (result.kind === "lost") isUnsettled = true;
    if (result.kind === "refused") {
      if (result.then === "nothing") return end();
      // Once at once; after that a crowd may be after the same ticket.
      if (result.then === "another ticket" && renewals++ === 0) continue;
    }
    const retryAfterMs = result.kind === "refused" ? result.retryAfterMs : undefined;
    const waitMs = backoffMs({ count: ++failures, retryAfterMs }, random());
    await clock.sleep(Math.min(waitMs, endsAtMs - clock.now()), signal);
  }
  return end();
}

async function tryOnce(
  { ballot, voter, requestId }: VoteRequest,
  { signal, endsAtMs, deps }: { signal: AbortSignal; endsAtMs: number; deps: VoteDeps },
): Promise<Try> {
  const { transport, tickets } = deps;
  const found = await tickets.take(signal);
  if (found.kind !== "answered") return withoutTicket(found);
  const { ticket } = found.data;
  const variables = {
    usernames: ballot.names,
    voteCount: ballot.counts,
    ticket,
    voterUsername: voter ?? null,
    requestId,
  };
  const question = { document: VOTE, variables, sendBeforeMs: endsAtMs };
  const answer = await transport.ask<{ vote?: VoteAnswer }>(question, signal);
  switch (answer.kind) {
    case "answered": {
      const { vote } = answer.data;
      if (!vote) return { kind: "lost", why: { code: UNREACHABLE, message: "The answer tells of no vote" } };
      const ticketFault = TICKET_FAULTS.get(vote.code);
      if (ticketFault) tickets.discard(ticket, ticketFault);
      return judge(vote);
    }
    case "busy":
      return { kind: "refused", then: "time", why: whyOf(answer), retryAfterMs: answer.retryAfterMs };
    case "rejected":
      return { kind: "wrong", why: whyOf(answer) };
    case "lost":
      return { kind: "lost", why: whyOf(answer) };
    default:
      return answer satisfies never;
  }
}

/** Nothing was sent that could be counted, whatever came of the question for a ticket. */
function withoutTicket(found: Busy | Rejected | Lost): Try {
  if (found.kind === "rejected") return { kind: "wrong", why: whyOf(found) };
  const retryAfterMs = found.kind === "busy" ? found.retryAfterMs : undefined;
  return { kind: "refused", then: "time", why: whyOf(found), retryAfterMs };
}

function judge({ success, code, message, usernames, votes }: VoteAnswer): Try {
  if (success) {
    return { kind: "accepted", totals: usernames.map((name, index) => ({ name, total: votes[index] ?? 0 })) };
  }
  const why = { code, message };
  if (code === "TICKET_EXPIRED" || code === "TICKET_EXHAUSTED") {
    return { kind: "refused", then: "another ticket", why };
  }
  return { kind: "refused", then: PASSING_CODES.has(code) ? "time" : "nothing", why };
}

function whyOf({ code, message }: Refusal): Refusal {
  return { code, message };
}
