/**
 * The voters of one run. Every vote's time counts from the moment that it was due, whoever was late; how late the
 * generator itself was is told apart, so that a reader can see who was slow.
 */
import { setTimeout as timeout } from "node:timers/promises";
import { pause } from "../../shared/lifecycle/pause.ts";
import type { Ballot } from "./ballot.ts";
import type { HttpClient } from "./http_client.ts";
import { createHistogram, type Percentiles } from "./histogram.ts";
import { createLatency } from "./latency.ts";
import { pace } from "./pace.ts";
import { createTickets, type Tickets } from "./tickets.ts";
import type { VoteEnds } from "./vote_ends.ts";
import { castVote } from "./voter.ts";

export interface GenerateOptions {
  readonly perSecond: number;
  readonly ballot: Ballot;
  readonly clients: readonly HttpClient[];
  /** Of the same APIs, for tickets. */
  readonly ticketClients: readonly HttpClient[];
  /** How each vote ended, written as it does. */
  readonly ends: VoteEnds;
  readonly accepted: (n: number, answeredMs: number) => void;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly inFlightMax?: number;
}

export interface Generated {
  readonly due: number;
  /** Due while too many were in flight already. */
  readonly shed: number;
  /** From the first that was due to the last that was sent. */
  readonly sendingMs: number;
  readonly inFlightAtEnd: number;
  /** How often each answer came, repeats included. */
  readonly answers: Readonly<Record<string, number>>;
  /** Calls beyond the first of a vote. */
  readonly repeats: number;
  /** From due to accepted, or to where the voter gave up without an answer; of the votes that were not refused. */
  readonly latency: Percentiles;
  readonly latencyP99ByTenths: readonly (number | undefined)[];
  /** From due to handed to its voter: what it then waits for a connection is the system's time, and in `latency` alone. */
  readonly lateness: Percentiles;
}

const IN_FLIGHT_MAX = 10_000;
const BEAT_MS = 1;
const TEND_MS = 250;
const FIRST_TICKET_MS_MAX = 10_000;

/** Resolves when every vote has ended. */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { perSecond, ballot, clients, ticketClients, ends, accepted, nowMs, signal } = options;
  const { inFlightMax = IN_FLIGHT_MAX } = options;
  const tickets = createTickets(ticketClients);
  const [latency, lateness] = [createLatency(ends.total), createHistogram()];
  const answers = new Map<string, number>();
  const voting = new Set<Promise<void>>();
  let [shed, calls] = [0, 0];
  const answered = (code: string) => {
    calls++;
    answers.set(code, (answers.get(code) ?? 0) + 1);
  };
  const wait = (ms: number) => pause(ms, signal);
  const deps = { ballot, clients, tickets, answered, wait, signal };

  async function vote(n: number, dueMs: number): Promise<void> {
    // Until its answer is here, nobody knows.
    ends.set(n, "unknown");
    lateness.add(nowMs() - dueMs);
    const end = await castVote(n, deps);
    ends.set(n, end);
    if (end === "refused") return;
    const endedMs = nowMs();
    latency.add(n, endedMs - dueMs);
    if (end === "accepted") accepted(n, endedMs);
  }
  function send(n: number, dueMs: number): void {
    if (voting.size >= inFlightMax) {
      shed++;
      return;
    }
    const voter = vote(n, dueMs).finally(() => voting.delete(voter));
    voting.add(voter);
  }
  const ended = new AbortController();
  const tending = tend([...clients, ...ticketClients], { tickets, signal: ended.signal });
  try {
    await whenTicket(tickets.current, { signal, nowMs });
    const begunMs = nowMs();
    const beat = () => timeout(BEAT_MS);
    const due = await pace({ perSecond, total: ends.total, nowMs, beat, send, signal });
    const [sendingMs, inFlightAtEnd] = [nowMs() - begunMs, voting.size];
    await Promise.all(voting);
    return {
      due,
      shed,
      sendingMs,
      inFlightAtEnd,
      repeats: calls - (due - shed),
      answers: Object.fromEntries(answers),
      latency: latency.percentiles(),
      latencyP99ByTenths: latency.p99ByTenths(),
      lateness: lateness.percentiles(),
    };
  } finally {
    ended.abort();
    await tending;
  }
}

/** Keeps the ticket fresh and ends calls that hang, until the signal fires. */
async function tend(
  clients: readonly HttpClient[],
  { tickets, signal }: { tickets: Tickets; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    for (const client of clients) client.expire();
    // Not waited for: the call may be one that hangs.
    tickets.renew();
    await pause(TEND_MS, signal);
  }
}

async function whenTicket(
  current: () => string | undefined,
  { signal, nowMs }: { signal: AbortSignal; nowMs: () => number },
): Promise<void> {
  const deadlineMs = nowMs() + FIRST_TICKET_MS_MAX;
  while (current() === undefined) {
    signal.throwIfAborted();
    if (nowMs() > deadlineMs) {
      throw new Error(`Get a first ticket from the API: none within ${FIRST_TICKET_MS_MAX} ms`);
    }
    await timeout(10);
  }
}
