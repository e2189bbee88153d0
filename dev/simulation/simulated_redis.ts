/**
 * Redis as its scripts see it: one object, one script at a time. Each method says again, on plain maps, what the Lua
 * script of that name does; a test against a real Redis holds each to it. `broken` leaves one rule out.
 */
import type { OutboxPosition, ShardState, VoteToCarry } from "../../shared/redis/shard_scripts.ts";
import type { MintInput, MintOutcome, OpenTicketOutcome } from "../../shared/redis/ticket_scripts.ts";
import type { VoteLimits, VoteScriptInput } from "../../shared/redis/vote_script.ts";
import { CLOCK_STEP_BACK_MS_MAX } from "../../shared/ticket/clock.ts";
import type { CastVoteOutcome, RefusalCode } from "../../shared/vote/outcome.ts";
import type { OutboxEntry } from "../../shared/vote/record.ts";
import type { PollSwitch } from "../../shared/redis/poll_scripts.ts";
import type { BreakName } from "./breaks.ts";
import { SimulatedPoll } from "./simulated_poll.ts";
import { SimulatedVoters } from "./simulated_voters.ts";

export interface Meta {
  epoch: number;
  incarnation: string;
  newestOpensAt: number;
}

export interface TicketState {
  readonly ticket: string;
  readonly expiresAtMs: number;
  readonly opensAtMs: number;
  usesLeft: number;
  /** When its key expires. */
  readonly goneAtMs: number;
}

export interface Remembered {
  readonly fingerprint: string;
  readonly totals: readonly number[];
  readonly goneAtMs: number;
}

export interface OutboxVote extends OutboxPosition {
  readonly voteId: string;
  readonly vote: string;
  readonly at: number;
}

/** What a script is told beside its arguments: TIME, and the process that the caller believes to talk to. */
export interface Caller {
  readonly timeMs: number;
  readonly incarnation: string;
}

/** The data of one Redis. A copy shares nothing with it. */
export class SimulatedRedis {
  meta: Meta | undefined;
  claimId: string | undefined;
  readonly tickets: Map<string, TicketState>;
  /** opens_at of the tickets that mint wrote for the epoch. */
  slots: number[] = [];
  tally: Map<string, number>;
  loading: Map<string, number> | undefined;
  carried: Set<string>;
  outbox: OutboxVote[] = [];
  last: OutboxPosition | undefined;
  readonly requests: Map<string, Remembered>;
  readonly voters: SimulatedVoters;
  readonly poll: SimulatedPoll;
  readonly #broken: BreakName | undefined;

  constructor(broken?: BreakName, from?: SimulatedRedis) {
    this.#broken = broken;
    this.tickets = new Map();
    for (const [key, ticket] of from?.tickets ?? []) this.tickets.set(key, { ...ticket });
    this.tally = new Map(from?.tally);
    this.carried = new Set(from?.carried);
    this.requests = new Map(from?.requests);
    this.voters = new SimulatedVoters(from?.voters);
    this.poll = new SimulatedPoll(from?.poll);
    if (!from) return;
    this.meta = from.meta && { ...from.meta };
    this.claimId = from.claimId;
    this.slots = [...from.slots];
    this.loading = from.loading && new Map(from.loading);
    this.outbox = [...from.outbox];
    this.last = from.last;
  }

  copy(): SimulatedRedis {
    return new SimulatedRedis(this.#broken, this);
  }

  /** Takes away the keys whose time has passed. */
  expireTickets(timeMs: number): void {
    for (const [key, { goneAtMs }] of this.tickets) if (timeMs > goneAtMs) this.tickets.delete(key);
  }

  expireRequests(timeMs: number): void {
    for (const [id, { goneAtMs }] of this.requests) if (timeMs > goneAtMs) this.requests.delete(id);
  }

  #isOpenFor(incarnation: string): boolean {
    return this.meta !== undefined &&
      (this.meta.incarnation === incarnation || this.#broken === "incarnation");
  }

  vote(
    { ticket, record, fingerprint }: VoteScriptInput,
    { timeMs, incarnation, limits }: Caller & { limits: VoteLimits },
  ): CastVoteOutcome {
    const meta = this.meta;
    if (!meta || !this.#isOpenFor(incarnation)) return refused("NOT_READY");
    const known = record.requestId === undefined ? undefined : this.requests.get(record.requestId);
    if (known && timeMs <= known.goneAtMs) {
      return known.fingerprint === fingerprint
        ? { kind: "accepted", totals: known.totals }
        : refused("REQUEST_ID_CONFLICT");
    }
    if (this.poll.seen.voting === "closed") return refused("POLL_CLOSED");
    const state = this.tickets.get(ticketKey(ticket));
    if (ticket.epoch !== meta.epoch || !state) return refused("TICKET_EXPIRED");
    if (timeMs < state.opensAtMs || timeMs >= state.expiresAtMs) return refused("TICKET_EXPIRED");
    if (state.usesLeft < 1) return refused("TICKET_EXHAUSTED");
    if (this.outbox.length >= limits.outboxMax) return refused("OVERLOADED");
    const totals = record.names.map((name, index) =>
      (this.tally.get(name) ?? 0) + (record.counts[index] ?? 0)
    );
    if (!this.#areCandidates(record.names, limits)) return refused("CANDIDATE_UNKNOWN");
    if (!this.voters.mayVote(record.voter, { timeMs, limits })) return refused("VOTER_LIMIT");
    if (totals.some((total) => total > limits.totalMax)) return refused("TOTAL_TOO_LARGE");
    // XADD refuses an epoch older than the stream's last.
    if (this.last && this.last.epoch > meta.epoch) return refused("NOT_READY");

    const version = this.last?.epoch === meta.epoch ? this.last.version + 1 : 0;
    this.last = { epoch: meta.epoch, version };
    this.outbox.push({
      epoch: meta.epoch,
      version,
      voteId: record.id,
      vote: JSON.stringify(record),
      at: timeMs,
    });
    state.usesLeft -= 1;
    record.names.forEach((name, index) => this.tally.set(name, totals[index] ?? 0));
    const published = this.poll.seen.results === "frozen"
      ? record.names.map((name) => this.poll.frozen.get(name) ?? 0)
      : totals;
    this.voters.count(record.voter, { timeMs, limits });
    if (record.requestId !== undefined) {
      const goneAtMs = timeMs + limits.requestLifeMs;
      this.requests.set(record.requestId, { fingerprint, totals: published, goneAtMs });
    }
    return { kind: "accepted", totals: published };
  }

  #areCandidates(names: readonly string[], { candidatesMax }: VoteLimits): boolean {
    if (this.poll.seen.candidatesDigest !== undefined) {
      return names.every((name) => this.poll.candidates.has(name));
    }
    const newNames = names.filter((name) => !this.tally.has(name)).length;
    return newNames === 0 || this.tally.size + newNames <= candidatesMax;
  }

  mint(
    { epoch, current, next, uses, lifetimeMs }: MintInput,
    { timeMs, incarnation }: Caller,
  ): MintOutcome {
    const meta = this.meta;
    if (!meta || !this.#isOpenFor(incarnation)) return { kind: "not_ready" };
    if (meta.epoch !== epoch) return { kind: "stale" };
    let count = 0;
    for (const { text, opensAt } of [current, next]) {
      const expiresAtMs = opensAt + lifetimeMs;
      const isNew = opensAt > meta.newestOpensAt || this.#broken === "mint_twice";
      if (!isNew || timeMs >= expiresAtMs) continue;
      meta.newestOpensAt = opensAt;
      const goneAtMs = expiresAtMs + CLOCK_STEP_BACK_MS_MAX;
      const state = { ticket: text, usesLeft: uses, opensAtMs: opensAt, expiresAtMs, goneAtMs };
      this.tickets.set(ticketKey({ epoch, opensAt }), state);
      if (!this.slots.includes(opensAt)) this.slots.push(opensAt);
      count += 1;
    }
    this.slots = this.slots.filter((slot) => slot > timeMs - lifetimeMs - CLOCK_STEP_BACK_MS_MAX);
    return { kind: "minted", count };
  }

  openTicket({ timeMs, incarnation }: Caller): OpenTicketOutcome {
    if (!this.meta || !this.#isOpenFor(incarnation)) return { kind: "not_ready" };
    const newest = Math.max(...this.slots.filter((slot) => slot <= timeMs));
    const state = this.tickets.get(ticketKey({ epoch: this.meta.epoch, opensAt: newest }));
    if (!state || timeMs >= state.expiresAtMs) return { kind: "none" };
    return { kind: "open", ticket: state.ticket, expiresAt: state.expiresAtMs, usesLeft: state.usesLeft };
  }

  readShard({ timeMs, incarnation }: Caller): ShardState {
    return {
      isOpen: this.#isOpenFor(incarnation),
      epoch: this.meta?.epoch,
      newestOpensAt: this.meta?.newestOpensAt,
      last: this.last,
      carriedCount: this.carried.size,
      timeMs,
      poll: this.poll.seen,
    };
  }

  claim(claimId: string): void {
    if (this.meta) this.meta.incarnation = "";
    this.loading = undefined;
    this.claimId = claimId;
  }

  #holds(claimId: string): boolean {
    return this.claimId === claimId || this.#broken === "open_unconditional";
  }

  loadTally(claimId: string, totals: readonly (readonly [name: string, total: string])[]): boolean {
    if (!this.#holds(claimId)) return false;
    this.loading ??= new Map();
    for (const [name, total] of totals) this.loading.set(name, Number(total));
    return true;
  }

  open(
    { claimId, epoch, restored, incarnation }: {
      claimId: string;
      epoch: number;
      restored: boolean;
      incarnation: string;
    },
  ): boolean {
    if (!this.#holds(claimId)) return false;
    if (restored) {
      this.tally = this.loading ?? new Map();
      this.loading = undefined;
      this.carried = new Set();
      if (this.#broken === "delete_outbox") this.outbox = [];
    }
    this.slots = [];
    this.claimId = undefined;
    this.meta = { epoch, incarnation, newestOpensAt: -1 };
    return true;
  }

  switchPoll(change: PollSwitch, timeMs: number): number | undefined {
    const { on, incarnation } = change;
    const isThere = "claimId" in on
      ? this.#holds(on.claimId)
      : this.meta?.epoch === on.epoch && this.#isOpenFor(incarnation);
    if (this.#broken === "poll_lost_by_open" && "claimId" in on) return timeMs;
    const comparesSeen = this.#broken !== "poll_switched_blindly";
    return this.poll.switchTo(change, { isThere, timeMs, comparesSeen });
  }

  /** Returns those that are new, undefined when that epoch is not open. */
  carry(
    { epoch, votes }: { epoch: number; votes: readonly VoteToCarry[] },
    incarnation: string,
  ): VoteToCarry[] | undefined {
    if (!this.#isOpenFor(incarnation) || this.meta?.epoch !== epoch) return undefined;
    const fresh: VoteToCarry[] = [];
    for (const vote of votes) {
      if (this.carried.has(vote.voteId) && this.#broken !== "carry_twice") continue;
      fresh.push(vote);
      this.carried.add(vote.voteId);
      vote.names.forEach((name, index) =>
        this.tally.set(name, (this.tally.get(name) ?? 0) + (vote.changes[index] ?? 0))
      );
    }
    return fresh;
  }

  head(countMax: number): OutboxEntry[] {
    return this.outbox.slice(0, countMax).map(({ epoch, version, vote, at }) => ({
      id: `${epoch}-${version}`,
      vote,
      at: String(at),
    }));
  }

  /** Returns what was removed. */
  trimThrough(id: string): OutboxVote[] {
    const [epoch = 0, version = 0] = id.split("-").map(Number);
    const isThrough = (entry: OutboxVote) =>
      entry.epoch < epoch || (entry.epoch === epoch && entry.version <= version);
    const trimmed = this.outbox.filter(isThrough);
    if (trimmed.length > 0) this.outbox = this.outbox.filter((entry) => !isThrough(entry));
    return trimmed;
  }
}

export function ticketKey({ epoch, opensAt }: { epoch: number; opensAt: number }): string {
  return `${epoch}:${opensAt}`;
}

function refused(code: RefusalCode): CastVoteOutcome {
  return { kind: "refused", code };
}
