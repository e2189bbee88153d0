/**
 * One voter: votes, and votes again under the same request id until it has an answer that is final, or its patience is at
 * its end. Some hold on to an old ticket at first, and some who were accepted vote once more, to hear the same again.
 */
import { pause } from "../../../shared/lifecycle/pause.ts";
import type { CallDeadlines } from "./call_deadlines.ts";
import { callVote, voteBody } from "./graphql_call.ts";
import { UNKNOWN } from "./history.ts";
import type { History } from "./history_writer.ts";
import type { createIntents, Intent } from "./intents.ts";
import type { Place, Tickets } from "./tickets.ts";

export interface VoterDeps {
  readonly history: History;
  readonly tickets: Tickets;
  readonly deadlines: CallDeadlines;
  readonly intents: ReturnType<typeof createIntents>;
  readonly random: () => number;
  readonly patienceMs: number;
  /** Share of voters whose first call carries an old ticket. */
  readonly stubbornShare: number;
  /** Share of accepted voters who vote again under their request id. */
  readonly repeatShare: number;
  /** Gives up all voters. */
  readonly signal: AbortSignal;
}

export type VoterEnd = "accepted" | "gaveUpUnknown" | "gaveUpRefused" | "neverCalled";

/** After these the same request may be sent again, with a fresh ticket. */
const RETRIED: ReadonlySet<string> = new Set([
  UNKNOWN,
  "NOT_READY",
  "TICKET_EXPIRED",
  "TICKET_EXHAUSTED",
  "OVERLOADED",
]);
const BACKOFF_MS = 100;
/** So thousands of voters who wait out an outage are a load that two cores bear. */
const BACKOFF_MS_MAX = 3000;
/** Long enough for a fault to begin between the answer and the repeat. */
export const REPEAT_MS_MAX = 3000;
/** Of repeats, those with other content, which must be refused. */
const RIVAL_SHARE = 0.25;

export async function castVote(intent: Intent, deps: VoterDeps): Promise<VoterEnd> {
  const { history, tickets, random, patienceMs, stubbornShare, repeatShare, signal } = deps;
  const deadlineT = history.nowT() + patienceMs;
  const isStubborn = random() < stubbornShare;
  let [attempt, isUnknown] = [0, false];
  for (let round = 0; history.nowT() < deadlineT && !signal.aborted; round++) {
    const place = (isStubborn && attempt === 0 ? tickets.old() : undefined) ??
      tickets.fresh({ needsUses: attempt > 0 });
    if (place) {
      const outcome = await callOnce(intent, { deps, place, attempt: attempt++ });
      if (outcome === "ACCEPTED") {
        if (random() < repeatShare) await repeat(intent, { deps, place, attempt });
        return "accepted";
      }
      // Once unknown, always unknown: a refusal says nothing of the call before it.
      isUnknown ||= outcome === UNKNOWN;
      if (!RETRIED.has(outcome)) break;
    }
    const waitMs = Math.min(BACKOFF_MS * 2 ** round, BACKOFF_MS_MAX) * (0.5 + random());
    await pause(Math.min(waitMs, Math.max(0, deadlineT - history.nowT())), signal);
  }
  if (attempt === 0) return "neverCalled";
  return isUnknown ? "gaveUpUnknown" : "gaveUpRefused";
}

/** An accepted voter votes again: with the ticket of before or a fresh one, for the same or for something else. */
async function repeat(
  intent: Intent,
  { deps, place, attempt }: { deps: VoterDeps; place: Place; attempt: number },
): Promise<void> {
  const { random, tickets, intents, signal } = deps;
  await pause(random() * REPEAT_MS_MAX, signal);
  const isRival = random() < RIVAL_SHARE;
  const fresh = random() < 0.5 ? tickets.fresh({ needsUses: false }) : undefined;
  const again = isRival ? intents.rival(intent) : intent;
  await callOnce(again, { deps, place: fresh ?? place, attempt: isRival ? 0 : attempt });
}

async function callOnce(
  { variables, requestId, content }: Intent,
  { deps, place, attempt }: { deps: VoterDeps; place: Place; attempt: number },
): Promise<string> {
  const { history, deadlines } = deps;
  const { api, url, ticket } = place;
  const body = voteBody({ variables, ticket: ticket.text });
  const t0 = history.nowT();
  const answer = await callVote({ url, body, signal: deadlines.signal() });
  history.call({
    t0,
    t1: history.nowT(),
    api,
    requestId,
    content,
    ticket: ticket.name,
    attempt,
    ...answer,
  });
  return answer.outcome;
}
