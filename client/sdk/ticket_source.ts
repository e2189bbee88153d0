/**
 * The ticket to vote with: fetched when it is needed, kept until shortly before its end or until its uses are spent, and
 * fetched once for all who wait for it.
 *
 * `validUntil` is the server's time and the client's clock may be wrong. A ticket that the server calls expired while it
 * looks good here shows that the server's clock is ahead, by as much at least; a ticket that was just fetched was open,
 * so it is ahead by less than that ticket's end.
 */
import { type Answer, UNREACHABLE } from "./answer.ts";
import type { CastClock } from "./clock.ts";
import { TICKET } from "./documents.ts";
import { untilAborted } from "./ending.ts";
import { readTicket, type Ticket, type TicketAnswer } from "./results.ts";
import type { Transport } from "./transport.ts";

/** A vote that leaves now arrives within that time, as a rule. */
const MARGIN_MS = 250;
/** So long a fetched ticket is kept where the client's clock is ahead and calls it old already. */
const KEPT_MS_MIN = 250;

export interface TicketSource {
  /** Takes one use. An answer that is `lost` was not waited for to the end, or never came; nothing was voted yet. */
  take(signal: AbortSignal): Promise<Answer<Ticket>>;
  /** Without taking a use. */
  look(signal: AbortSignal): Promise<Answer<Ticket>>;
  /** Not to be given out again. */
  discard(ticket: string, why: "expired" | "spent" | "invalid"): void;
}

interface Kept {
  readonly ticket: Ticket;
  readonly fetchedAtMs: number;
  usesLeft: number;
}

export function createTicketSource(
  { transport, clock }: { transport: Transport; clock: CastClock },
): TicketSource {
  let kept: Kept | undefined;
  let fetching: Promise<Answer<Ticket>> | undefined;
  /** How far the server's clock is ahead of ours, as far as it has shown. */
  let aheadMs = 0;
  /** Nobody's own: a fetch for all is not given up because one of them left. */
  const everybody = new AbortController().signal;

  function isGood({ ticket, fetchedAtMs, usesLeft }: Kept): boolean {
    const usableUntilMs = Math.max(
      ticket.validUntil.getTime() - aheadMs - MARGIN_MS,
      fetchedAtMs + KEPT_MS_MIN,
    );
    return usesLeft > 0 && clock.now() < usableUntilMs;
  }

  async function fetchTicket(): Promise<Answer<Ticket>> {
    const askedAtMs = clock.now();
    const answer = await transport.ask<{ cas?: TicketAnswer }>({ document: TICKET }, everybody);
    if (answer.kind !== "answered") return answer;
    if (!answer.data.cas) {
      return { kind: "lost", code: UNREACHABLE, message: "The answer tells of no ticket" };
    }
    const ticket = readTicket(answer.data.cas);
    kept = { ticket, fetchedAtMs: clock.now(), usesLeft: ticket.usesLeft };
    aheadMs = Math.min(aheadMs, Math.max(0, ticket.validUntil.getTime() - askedAtMs));
    return { kind: "answered", data: ticket };
  }

  async function find(signal: AbortSignal): Promise<Answer<Ticket>> {
    if (kept && isGood(kept)) return { kind: "answered", data: { ...kept.ticket, usesLeft: kept.usesLeft } };
    fetching ??= fetchTicket().finally(() => fetching = undefined);
    return await untilAborted(fetching, signal) ??
      { kind: "lost", code: UNREACHABLE, message: "No ticket came in time" };
  }

  return {
    look: find,
    async take(signal) {
      const found = await find(signal);
      if (found.kind !== "answered") return found;
      if (kept === undefined || kept.ticket.ticket !== found.data.ticket) return found;
      if (kept.usesLeft < 1) {
        const message = "The uses of the ticket are spent, and the next is not open yet";
        return { kind: "busy", code: "TICKET_EXHAUSTED", message, retryAfterMs: undefined };
      }
      kept.usesLeft -= 1;
      return found;
    },
    discard(ticket, why) {
      if (kept?.ticket.ticket !== ticket) return;
      const leftMs = kept.ticket.validUntil.getTime() - clock.now();
      if (why === "expired" && clock.now() - kept.fetchedAtMs >= KEPT_MS_MIN) {
        aheadMs = Math.max(aheadMs, leftMs);
      }
      kept = undefined;
    },
  };
}
