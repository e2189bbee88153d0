/**
 * The history of a run: one line of JSON for every call and its answer, every ticket that was fetched, every API process
 * that was met, and everything that the runner did. The checker works from it and the stores alone, so a run can be
 * judged again. Times named `t…` are ms since the history was begun, by the one clock of the runner; lines stand in the
 * order in which they were written, which is the order of the answers.
 */

/** The first line. */
export interface BeginLine {
  readonly kind: "begin";
  readonly v: 1;
  /** Wall clock at t = 0. */
  readonly wallMs: number;
}

/** An API process was met for the first time; calls name it by its number. */
export interface ApiLine {
  readonly kind: "api";
  readonly t: number;
  readonly api: number;
  readonly url: string;
}

/** `cas` was answered with a ticket. */
export interface TicketLine {
  readonly kind: "ticket";
  /** When it was asked for and when it was answered. */
  readonly t0: number;
  readonly t: number;
  readonly api: number;
  /** Without its mac: see `ticketName`. */
  readonly ticket: string;
  readonly epoch: number;
  readonly opensAt: number;
  readonly remaining: number;
  /** By Redis's clock. */
  readonly validUntilMs: number;
  /** The machine's clock at `t`, so that one that was stepped does no harm. */
  readonly wallMs: number;
}

/** Not in the contract: no answer in time, none at all, or one that does not say what came of the vote. */
export const UNKNOWN = "unknown";

export interface CallLine {
  readonly kind: "call";
  readonly t0: number;
  readonly t1: number;
  readonly api: number;
  readonly requestId: string;
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter?: string;
  /** Without its mac. */
  readonly ticket: string;
  /** From 0, by request. */
  readonly attempt: number;
  /** A VoteCode, or UNKNOWN. */
  readonly outcome: string;
  /** Why the outcome is unknown. */
  readonly why?: string;
  /** The answer of an accepted vote. */
  readonly totals?: readonly number[];
}

/** A vote that Kafka had acknowledged, and that nobody had stored, when Kafka lost its folder. */
export interface KafkaLostVote {
  readonly voteId: string;
  readonly epoch: number;
  readonly version: number;
  readonly requestId?: string;
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

/** What the checker reads. The runner may note anything else by `noted`. */
export type RunEvent =
  /**
   * The only Redis process was killed or replaced: from here on no ticket that was fetched before may be honoured. Not
   * for the end of one of two that stood side by side.
   */
  | { readonly event: "redis_gone"; readonly fault?: string }
  /**
   * Redis's memory is another one now (wiped, older, a second Redis beside the first): what was answered before this line
   * may be answered anew after `sinceT`. Written when it is over; `sinceT` is read from `nowT()` before it begins.
   */
  | { readonly event: "redis_forgot"; readonly sinceT: number; readonly fault?: string }
  /** Kafka is about to lose these: they alone may be missing, as holes that verify names. */
  | { readonly event: "kafka_lost"; readonly votes: readonly KafkaLostVote[]; readonly fault?: string }
  /** Tickets that are seen from here on carry so many uses: written when none of the old ones is left. */
  | { readonly event: "ticket_uses"; readonly uses: number }
  | { readonly event: "fault_begun"; readonly fault: string; readonly detail?: unknown }
  | { readonly event: "fault_ended"; readonly fault: string; readonly detail?: unknown }
  | { readonly event: "load_begun"; readonly perSecond: number }
  | ({ readonly event: "load_ended" } & LoadCounts)
  | { readonly event: "noted"; readonly note: string; readonly detail?: unknown };

/** What became of the voters of a load, whether they left a line or not. */
export interface LoadCounts {
  /** Due by the rate: each came or was shed. */
  readonly due: number;
  readonly arrived: number;
  /** Over the cap on voters at once, so never begun. */
  readonly shed: number;
  readonly accepted: number;
  readonly gaveUpUnknown: number;
  readonly gaveUpRefused: number;
  /** Never saw a ticket that could be used. */
  readonly neverCalled: number;
  /** From the first arrival that was due to the last. */
  readonly arrivingMs: number;
}

export type EventLine = { readonly kind: "event"; readonly t: number; readonly wallMs: number } & RunEvent;

export type HistoryLine = BeginLine | ApiLine | TicketLine | CallLine | EventLine;

/** `<kid>.<shard>.<epoch>.<opensAt>`: who reads the file cannot vote with it. */
export function ticketName(ticket: string): string {
  return ticket.slice(0, ticket.lastIndexOf("."));
}

/** The epoch that a ticket was signed for. */
export function ticketEpoch(name: string): number {
  return Number(name.split(".")[2]);
}
