/**
 * What the vote script promises, said again in plain TypeScript on plain maps, with no thought of how Redis does it.
 * The script is compared with it step by step.
 */
import type { ShardKeys } from "../redis/keys.ts";
import type { CastVoteOutcome, RefusalCode } from "../vote/outcome.ts";
import type { VoteRecord } from "../vote/record.ts";

export interface ModelTicket {
  readonly epoch: number;
  readonly opensAt: number;
  readonly opensAtMs: number;
  readonly expiresAtMs: number;
  usesLeft: number;
}

export interface ModelLimits {
  readonly outboxMax: number;
  readonly totalMax: number;
  readonly candidatesMax: number;
  readonly voterVotesMax: number;
}

/** What the guard has made the shard obey. */
export interface ModelPoll {
  readonly isClosed: boolean;
  /** The totals that are published; undefined while they are those of the tally. */
  readonly frozen: ReadonlyMap<string, number> | undefined;
  /** Undefined: any name. */
  readonly candidates: readonly string[] | undefined;
}

export interface ModelVote {
  readonly ticketEpoch: number;
  readonly ticketOpensAt: number;
  readonly record: VoteRecord;
  readonly fingerprint: string;
}

interface Entry {
  readonly epoch: number;
  readonly version: number;
  readonly vote: string;
}

interface Request {
  readonly fingerprint: string;
  readonly voteId: string;
  readonly entry: Entry;
  readonly totals: readonly number[];
}

/** Between the time of every ticket that is long over and of every one that is far away. */
const NOW_MS = 4_000_000_000_000;

export class VoteModel {
  epoch = 0;
  isOpen = false;
  poll: ModelPoll = { isClosed: false, frozen: undefined, candidates: undefined };
  readonly #limits: ModelLimits;
  readonly #tickets = new Map<string, ModelTicket>();
  readonly #tally = new Map<string, number>();
  readonly #requests = new Map<string, Request>();
  readonly #voters = new Map<string, number>();
  #outbox: Entry[] = [];
  #last: Entry | undefined;

  constructor(limits: ModelLimits) {
    this.#limits = limits;
  }

  putTicket(ticket: ModelTicket): void {
    this.#tickets.set(`${ticket.epoch}:${ticket.opensAt}`, { ...ticket });
  }

  /** What the relay does with entries that Kafka has. */
  trim(count: number): void {
    this.#outbox = this.#outbox.slice(count);
  }

  /** What another guard does that has opened the shard on a copy of this Redis since: the outbox goes on without us. */
  overtake(epoch: number, vote: string): void {
    this.#append(epoch, vote);
  }

  /** What time does to a request. */
  forget(requestId: string): void {
    this.#requests.delete(requestId);
  }

  /** What time does to a voter's votes. */
  forgetVoter(voter: string): void {
    this.#voters.delete(voter);
  }

  total(name: string): number {
    return (this.poll.frozen ?? this.#tally).get(name) ?? 0;
  }

  cast({ ticketEpoch, ticketOpensAt, record, fingerprint }: ModelVote): CastVoteOutcome {
    if (!this.isOpen) return refused("NOT_READY");
    const answered = record.requestId === undefined ? undefined : this.#requests.get(record.requestId);
    if (answered) {
      return answered.fingerprint === fingerprint
        ? { kind: "accepted", totals: answered.totals }
        : refused("REQUEST_ID_CONFLICT");
    }
    if (this.poll.isClosed) return refused("POLL_CLOSED");
    const ticket = this.#tickets.get(`${ticketEpoch}:${ticketOpensAt}`);
    if (!ticket || ticketEpoch !== this.epoch) return refused("TICKET_EXPIRED");
    if (NOW_MS < ticket.opensAtMs || NOW_MS >= ticket.expiresAtMs) return refused("TICKET_EXPIRED");
    if (ticket.usesLeft < 1) return refused("TICKET_EXHAUSTED");
    if (this.#outbox.length >= this.#limits.outboxMax) return refused("OVERLOADED");
    if (!record.names.every((name) => this.#isCandidate(name, record.names))) {
      return refused("CANDIDATE_UNKNOWN");
    }
    if ((this.#voters.get(record.voter ?? "") ?? 0) >= this.#limits.voterVotesMax) {
      return refused("VOTER_LIMIT");
    }
    const totals = record.names.map((name, index) =>
      (this.#tally.get(name) ?? 0) + (record.counts[index] ?? 0)
    );
    if (totals.some((total) => total > this.#limits.totalMax)) return refused("TOTAL_TOO_LARGE");
    if (this.#last && this.#last.epoch > this.epoch) return refused("NOT_READY");
    const entry = this.#count({ ticket, record, totals });
    const published = record.names.map((name) => this.total(name));
    if (record.requestId !== undefined) {
      this.#requests.set(record.requestId, { fingerprint, voteId: record.id, entry, totals: published });
    }
    return { kind: "accepted", totals: published };
  }

  #isCandidate(name: string, names: readonly string[]): boolean {
    if (this.poll.candidates) return this.poll.candidates.includes(name);
    return this.#tally.has(name) ||
      new Set([...this.#tally.keys(), ...names]).size <= this.#limits.candidatesMax;
  }

  #count(
    { ticket, record, totals }: { ticket: ModelTicket; record: VoteRecord; totals: readonly number[] },
  ): Entry {
    const entry = this.#append(this.epoch, JSON.stringify(record));
    ticket.usesLeft -= 1;
    for (const [index, name] of record.names.entries()) this.#tally.set(name, totals[index] ?? 0);
    const voter = record.voter ?? "";
    this.#voters.set(voter, (this.#voters.get(voter) ?? 0) + 1);
    return entry;
  }

  #append(epoch: number, vote: string): Entry {
    const entry = { epoch, version: this.#last?.epoch === epoch ? this.#last.version + 1 : 0, vote };
    this.#outbox.push(entry);
    this.#last = entry;
    return entry;
  }

  /** The state as a dump of the keys that hold it, without times. */
  state(keys: ShardKeys): Record<string, unknown> {
    const state: Record<string, unknown> = {};
    for (const { epoch, opensAt, usesLeft } of this.#tickets.values()) {
      state[keys.ticket({ epoch, opensAt })] = usesLeft;
    }
    if (this.#tally.size > 0) state[keys.tally] = Object.fromEntries(this.#tally);
    if (this.#last) {
      state[keys.outbox] = {
        entries: this.#outbox.map((entry) => ({ id: idOf(entry), vote: entry.vote })),
        lastId: idOf(this.#last),
      };
    }
    for (const [voter, votes] of this.#voters) state[keys.voter(voter)] = String(votes);
    for (const [requestId, { fingerprint, voteId, entry, totals }] of this.#requests) {
      state[keys.request(requestId)] = [fingerprint, voteId, idOf(entry), ...totals].join(" ");
    }
    return state;
  }
}

function idOf({ epoch, version }: Entry): string {
  return `${epoch}-${version}`;
}

function refused(code: RefusalCode): CastVoteOutcome {
  return { kind: "refused", code };
}
