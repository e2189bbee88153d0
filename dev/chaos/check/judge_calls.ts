/**
 * Reads the history and judges each call by what went before it. A voter calls again only when it has an answer or has
 * waited out the call, so the calls of a request stand in their order.
 */
import { type CallLine, type HistoryLine, UNKNOWN } from "../load/history.ts";
import { contentKey, textKey } from "./content_key.ts";
import { createDoubts } from "./doubts.ts";
import { type FirstAnswerDeps, judgeFirstAnswer } from "./judge_first_answer.ts";
import { ACCEPTED, REFUSED, type RequestTable, SETTLED, UNKNOWN_ANSWER } from "./request_table.ts";

export interface CallJudgeDeps extends FirstAnswerDeps {
  readonly requests: RequestTable;
  readonly requestLifeMs: number;
}

/** What the script answers to a repeat only when it does not know the request, or knows another under its id. */
const FORGETFUL: ReadonlySet<string> = new Set([
  "TICKET_EXPIRED",
  "TICKET_EXHAUSTED",
  "TOTAL_TOO_LARGE",
  "REQUEST_ID_CONFLICT",
]);

export function createCallJudge(deps: CallJudgeDeps) {
  const { requests, tickets, lives } = deps;
  const doubts = createDoubts(deps);
  let wallOffsetMs = 0;

  function onRefused(call: CallLine, index: number): void {
    const flags = requests.flags.get(index);
    requests.flags.set(index, flags | REFUSED);
    const ticket = tickets.named(call.ticket);
    if (ticket && call.outcome === "TICKET_EXHAUSTED") ticket.isExhausted = true;
    if (call.outcome === "REQUEST_ID_CONFLICT") doubts.addConflict(call.requestId);
    if ((flags & ACCEPTED) === 0 || !FORGETFUL.has(call.outcome)) return;
    doubts.add(call, { fromT: requests.triedAt.get(index), what: "was ACCEPTED before" });
  }

  /** Accepted, or unknown: it may have been counted. */
  function onPerhapsCounted(call: CallLine, index: number): void {
    const flags = requests.flags.get(index);
    const isFirst = (flags & (ACCEPTED | UNKNOWN_ANSWER)) === 0;
    if (isFirst) requests.triedAt.set(index, call.t0);
    if ((flags & ACCEPTED) === 0) requests.noteTicket(index, tickets.named(call.ticket)?.number);
    if (call.outcome === UNKNOWN) return requests.flags.set(index, flags | UNKNOWN_ANSWER);
    const isSettled = (flags & (ACCEPTED | UNKNOWN_ANSWER)) === UNKNOWN_ANSWER;
    requests.flags.set(index, flags | ACCEPTED | (isSettled ? SETTLED : 0));
    requests.acceptedAt.set(index, Math.max(requests.acceptedAt.get(index), call.t0));
    if (isFirst) {
      judgeFirstAnswer(call, { ...deps, wallOffsetMs });
      doubts.addRivals(call, index);
    }
    doubtTotals(call, index);
  }

  function doubtTotals(call: CallLine, index: number): void {
    const totals = textKey(JSON.stringify(call.totals ?? []));
    const known = requests.totals.get(index);
    requests.totals.set(index, totals);
    if (known === 0 || known === totals) return;
    doubts.add(call, {
      fromT: requests.triedAt.get(index),
      what: `got ${JSON.stringify(call.totals)}, before another answer`,
    });
    // Where Redis did forget, this is the answer that it remembers from now on.
    requests.triedAt.set(index, call.t0);
  }

  return {
    line(line: HistoryLine): void {
      if (line.kind === "begin") wallOffsetMs = line.wallMs;
      if (line.kind === "call") {
        const index = requests.findOrAdd(line.requestId, contentKey(line));
        const isRefused = line.outcome !== "ACCEPTED" && line.outcome !== UNKNOWN;
        (isRefused ? onRefused : onPerhapsCounted)(line, index);
      }
      if (line.kind === "ticket") {
        wallOffsetMs = line.wallMs - line.t;
        tickets.add(line);
        lives.handedOut(line);
      }
      if (line.kind !== "event") return;
      if (line.event === "redis_gone") lives.gone(line.t);
      if (line.event === "redis_forgot") lives.forgot({ sinceT: line.sinceT, untilT: line.t });
      if (line.event === "ticket_uses") tickets.changeUses(line);
    },
    /** When the whole history was read. */
    finish: doubts.judge,
  };
}
