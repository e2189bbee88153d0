/** The end of it: what every request came to, when history and ledger were both read. */
import type { GraveVote } from "./ledger_row.ts";
import { ACCEPTED, type RequestTable, SETTLED, UNKNOWN_ANSWER } from "./request_table.ts";
import type { TicketTable } from "./ticket_table.ts";
import type { Findings } from "./violations.ts";

export interface RequestFacts {
  readonly requests: RequestTable;
  readonly tickets: TicketTable;
  /** Died with a disk, and are neither in the ledger nor in Kafka. */
  readonly died: Iterable<GraveVote>;
  readonly clockToleranceMs: number;
}

export interface RequestCounts {
  requests: number;
  accepted: number;
  unknownSettled: number;
  gaveUpUnknown: number;
  gaveUpUnknownCounted: number;
  gaveUpRefused: number;
  diedWithDisk: number;
  diedWithKafka: number;
}

export function judgeRequests(
  { requests, tickets, died, clockToleranceMs }: RequestFacts,
  findings: Findings,
): RequestCounts {
  const dead = lastDeaths(died);
  const counts: RequestCounts = {
    requests: 0,
    accepted: 0,
    unknownSettled: 0,
    gaveUpUnknown: 0,
    gaveUpUnknownCounted: 0,
    gaveUpRefused: 0,
    diedWithDisk: 0,
    diedWithKafka: 0,
  };

  function onAccepted(requestId: string, index: number): void {
    counts.accepted++;
    if ((requests.flags.get(index) & SETTLED) !== 0) counts.unknownSettled++;
    const number = requests.ticket(index);
    const ticket = number === undefined ? undefined : tickets.numbered(number);
    if (ticket) ticket.uses++;
    if (requests.counted.get(index) > 0) return;
    const grave = dead.get(requestId);
    // A call that began when that Redis was dead was answered for another vote than the dead one.
    if (!grave || requests.acceptedAt.get(index) > grave.diedT + clockToleranceMs) {
      return findings.add("lost", () => `${requestId} was answered ACCEPTED, no row counts it`);
    }
    if (grave.cause === "redis_disk") counts.diedWithDisk++;
    else counts.diedWithKafka++;
  }

  for (const [requestId, index] of requests.entries()) {
    counts.requests++;
    const flags = requests.flags.get(index);
    if ((flags & ACCEPTED) !== 0) onAccepted(requestId, index);
    else if ((flags & UNKNOWN_ANSWER) !== 0) {
      counts.gaveUpUnknown++;
      if (requests.counted.get(index) > 0) counts.gaveUpUnknownCounted++;
    } else counts.gaveUpRefused++;
  }
  for (const ticket of tickets.all()) {
    const [{ name, uses }, usesMax] = [ticket, tickets.usesMax(ticket)];
    if (uses > usesMax) findings.add("uses_exceeded", () => `${name}: ${uses} votes on ${usesMax} uses`);
  }
  return counts;
}

/** By request, the vote of it that died last. */
function lastDeaths(died: Iterable<GraveVote>): ReadonlyMap<string, GraveVote> {
  const last = new Map<string, GraveVote>();
  for (const vote of died) {
    const { requestId, diedT } = vote;
    if (requestId === undefined || (last.get(requestId)?.diedT ?? -Infinity) >= diedT) continue;
    last.set(requestId, vote);
  }
  return last;
}
