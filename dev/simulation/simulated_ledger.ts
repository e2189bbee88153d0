/**
 * The ledger as its statements see it: one object, one statement at a time. Each method says again, on plain maps, what
 * the SQL behind `VoteStore` and `GuardLedger` does; a test against a real Postgres holds each to it. `broken` leaves one
 * rule out.
 */
import type { VoteToCarry } from "../../shared/redis/shard_scripts.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import type { ContestedOutcome } from "../../workers/vote_persister/contested_vote.ts";
import type { CarriedVotes, LedgerState } from "../../workers/vote_persister/guard/decide.ts";
import type { StoreOutcome } from "../../workers/vote_persister/store_votes.ts";
import type { VoteBatch } from "../../workers/vote_persister/vote_batch.ts";
import type { BreakName } from "./breaks.ts";
import { SimulatedPollRows } from "./simulated_poll_rows.ts";

/** A row of `vote_events`; a change makes a new one, so that copies of the ledger may share them. */
export interface EventRow {
  readonly vote: StoredVote;
  readonly requestSeq: number;
  readonly repeatOf: string | undefined;
  readonly carry: number;
  readonly carried: boolean;
}

export interface TotalRow {
  readonly count: number;
  readonly version: number;
}

export class SimulatedLedger {
  /** `shards.epoch`. */
  epoch = 0;
  /** Included version by epoch; null for one that is open. */
  readonly epochs: Map<number, number | null>;
  /** Next offset by partition. */
  readonly consumed: Map<number, number>;
  readonly votes: Map<string, TotalRow>;
  /** By vote id. */
  readonly events: Map<string, EventRow>;
  readonly poll: SimulatedPollRows;
  /** Vote ids by request id. */
  readonly #requests: Map<string, readonly string[]>;
  readonly #requestLifeMs: number;
  readonly #broken: BreakName | undefined;

  constructor(
    { requestLifeMs, broken, from }: {
      requestLifeMs: number;
      broken?: BreakName | undefined;
      from?: SimulatedLedger;
    },
  ) {
    this.#requestLifeMs = requestLifeMs;
    this.#broken = broken;
    this.epoch = from?.epoch ?? 0;
    this.epochs = new Map(from?.epochs);
    this.consumed = new Map(from?.consumed);
    this.votes = new Map(from?.votes);
    this.events = new Map(from?.events);
    this.poll = new SimulatedPollRows(from?.poll);
    this.#requests = new Map(from ? from.#requests : []);
  }

  /** A backup of this moment. */
  copy(): SimulatedLedger {
    return new SimulatedLedger({ requestLifeMs: this.#requestLifeMs, broken: this.#broken, from: this });
  }

  /** `readNextOffsets` of the persister. */
  nextOffset(partition: number): number {
    const offset = this.consumed.get(partition) ?? 0;
    this.consumed.set(partition, offset);
    return offset;
  }

  /** store_votes.sql. */
  storeVotes({ partition, batch }: { partition: number; batch: VoteBatch }): StoreOutcome {
    const stored = this.consumed.get(partition);
    const isBehind = stored === undefined || stored < Number(batch.firstOffset);
    if (isBehind && this.#broken !== "offsets_in_kafka") {
      return { gateOpen: false, insertedCount: 0, contested: [], versionClashes: [] };
    }
    const votes = batch.votes.map(({ vote }) => vote);
    const before = new Set(votes.filter(({ id }) => this.events.has(id)).map(({ id }) => id));
    const known = new Map([...new Set(votes.map(({ epoch }) => epoch))].map((epoch) => {
      if (!this.epochs.has(epoch)) this.epochs.set(epoch, epoch < this.epoch ? -1 : null);
      return [epoch, this.epochs.get(epoch) ?? null];
    }));
    const inserted: StoredVote[] = [];
    const clashes = new Set<string>();
    for (const vote of votes.toSorted((one, other) => one.id < other.id ? -1 : 1)) {
      const isTaken = vote.requestId !== undefined && this.#rowsOf(vote).some((row) => row.requestSeq === 0);
      if (this.events.has(vote.id) || isTaken) continue;
      for (const { vote: { epoch, version } } of this.events.values()) {
        if (epoch === vote.epoch && version === vote.version) clashes.add(`${epoch}-${version}`);
      }
      const carry = this.#isInRedis(vote, known.get(vote.epoch) ?? null) ? 0 : 1;
      this.#insert({ vote, requestSeq: 0, repeatOf: undefined, carry, carried: false });
      inserted.push(vote);
    }
    this.#count(inserted);
    const contested = votes.filter(({ id }) => !before.has(id) && !this.events.has(id)).map(({ id }) => id);
    if (contested.length === 0) {
      this.consumed.set(partition, Math.max(stored ?? 0, Number(batch.nextOffset)));
    }
    return {
      gateOpen: true,
      insertedCount: inserted.length,
      contested,
      versionClashes: [...clashes],
    };
  }

  /** contested_vote.ts. */
  storeContestedVote(vote: StoredVote): ContestedOutcome {
    const included = this.epochs.get(vote.epoch);
    if (included === undefined || this.events.has(vote.id)) return { kind: "again" };
    const rows = this.#rowsOf(vote);
    const first = this.#broken === "no_repeat" ? undefined : rows
      .filter((row) => row.repeatOf === undefined && isSameRequest(row.vote, vote))
      .filter((row) => Math.abs(row.vote.at - vote.at) < this.#requestLifeMs)
      .toSorted((one, other) => one.requestSeq - other.requestSeq)[0];
    const requestSeq = 1 + Math.max(-1, ...rows.map((row) => row.requestSeq));
    const change = (first ? 0 : 1) - (this.#isInRedis(vote, included) ? 1 : 0);
    const carry = this.#broken === "repeat_without_carry" ? Math.max(change, 0) : change;
    this.#insert({ vote, requestSeq, repeatOf: first?.vote.id, carry, carried: false });
    if (first) return { kind: "repeat" };
    this.#count([vote]);
    return { kind: "counted" };
  }

  #isInRedis(vote: StoredVote, included: number | null): boolean {
    const slack = this.#broken === "included_off_by_one" ? 1 : 0;
    return included === null || vote.version <= included + slack;
  }

  #rowsOf({ requestId }: StoredVote): EventRow[] {
    if (requestId === undefined) return [];
    return (this.#requests.get(requestId) ?? []).flatMap((id) => this.events.get(id) ?? []);
  }

  #insert(row: EventRow): void {
    const { id, requestId } = row.vote;
    this.events.set(id, row);
    if (requestId === undefined) return;
    this.#requests.set(requestId, [...this.#requests.get(requestId) ?? [], id]);
  }

  #count(votes: readonly StoredVote[]): void {
    const sums = new Map<string, number>();
    for (const { names, counts } of votes) {
      names.forEach((name, index) => sums.set(name, (sums.get(name) ?? 0) + (counts[index] ?? 0)));
    }
    for (const [name, sum] of sums) {
      const { count, version } = this.votes.get(name) ?? { count: 0, version: 0 };
      this.votes.set(name, { count: count + sum, version: version + 1 });
    }
  }

  read(): LedgerState {
    let versionMax = -1, toCarryCount = 0, carriedCount = 0;
    for (const { vote, carry, carried } of this.events.values()) {
      if (vote.epoch === this.epoch && vote.version > versionMax) versionMax = vote.version;
      if (carry !== 0) toCarryCount += 1;
      if (carried) carriedCount += 1;
    }
    const epochMax = Math.max(0, ...this.epochs.keys());
    const poll = this.poll.state;
    return { epoch: this.epoch, epochMax, versionMax, toCarryCount, carriedCount, hasForgotten: false, poll };
  }

  readCarried(): Omit<CarriedVotes, "inRedis"> {
    const inLedger = new Set<string>();
    const toCarry = new Set<string>();
    for (const [id, row] of this.events) {
      if (row.carried) inLedger.add(id);
      if (row.carry !== 0) toCarry.add(id);
    }
    return { inLedger, toCarry };
  }

  totals(): [name: string, total: string][] {
    return [...this.votes].map(([name, { count }]) => [name, String(count)]);
  }

  sealKept({ epoch, includedVersion }: { epoch: number; includedVersion: number }): void {
    if (this.epochs.has(epoch)) this.epochs.set(epoch, includedVersion);
  }

  sealRestored(): void {
    for (const epoch of this.epochs.keys()) this.epochs.set(epoch, -1);
    if (this.#broken === "marks_survive_restore") return;
    for (const [id, row] of this.events) {
      if (row.carry !== 0 || row.carried) this.events.set(id, { ...row, carry: 0, carried: false });
    }
  }

  beginEpoch(epoch: number): void {
    this.epochs.set(epoch, null);
    this.epoch = epoch;
  }

  votesToCarry(countMax: number): VoteToCarry[] {
    return [...this.events.values()]
      .filter(({ carry }) => carry !== 0)
      .toSorted((one, other) => one.vote.id < other.vote.id ? -1 : 1)
      .slice(0, countMax)
      .map(({ vote, carry }) => ({
        voteId: vote.id,
        names: vote.names,
        changes: vote.counts.map((count) => carry * count),
      }));
  }

  markCarried({ epoch, voteIds }: { epoch: number; voteIds: readonly string[] }): void {
    if (epoch !== this.epoch) return;
    for (const id of voteIds) {
      const row = this.events.get(id);
      if (row && row.carry !== 0) this.events.set(id, { ...row, carry: 0, carried: true });
    }
  }
}

/** What the fingerprint says. */
export function isSameRequest(one: StoredVote, other: StoredVote): boolean {
  return requestText(one) === requestText(other);
}

function requestText({ names, counts, voter }: StoredVote): string {
  return JSON.stringify([names, counts, voter ?? null]);
}
