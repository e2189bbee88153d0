/**
 * Holds what is stored to what the voters were told: an accepted vote is stored once, as it was cast; a refused one not at
 * all; one that nobody knows of at most once; and the totals are the sum of just these, in `votes` and in Redis.
 */
import type { Ballot } from "./ballot.ts";
import type { StoredVote } from "./stored_votes.ts";
import type { VoteEnds } from "./vote_ends.ts";

export type FindingKind =
  | "lost"
  | "doubled"
  | "altered"
  /** Stored, though its voter was refused or it was never sent. */
  | "uninvited"
  | "votes_total_wrong"
  | "redis_total_wrong";

export interface Findings {
  /** How many of each kind. */
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>;
  /** The first of each kind. */
  readonly examples: readonly string[];
  readonly stored: number;
  /** Of those that nobody knew of. */
  readonly unknownStored: number;
}

export interface Judge {
  stored(vote: StoredVote): void;
  finish(totals: { votes: ReadonlyMap<string, number>; redis: ReadonlyMap<string, number> }): Findings;
}

const EXAMPLES_MAX = 5;
const ROWS_SEEN_MAX = 255;

export function createJudge({ ballot, ends }: { ballot: Ballot; ends: VoteEnds }): Judge {
  const rows = new Uint8Array(ends.total);
  const sums = new Map<string, number>();
  const counts: Partial<Record<FindingKind, number>> = {};
  const examples: string[] = [];
  let [stored, unknownStored] = [0, 0];

  function find(kind: FindingKind, what: string): void {
    const count = (counts[kind] ?? 0) + 1;
    counts[kind] = count;
    if (count <= EXAMPLES_MAX) examples.push(`${kind}: ${what}`);
  }
  function compare(
    totals: ReadonlyMap<string, number>,
    { kind, where }: { kind: FindingKind; where: string },
  ): void {
    for (const name of ballot.names) {
      const [wanted, found] = [sums.get(name) ?? 0, totals.get(name) ?? 0];
      if (found !== wanted) {
        find(kind, `"${name}" has ${found} in ${where}, its stored votes add up to ${wanted}`);
      }
    }
  }
  return {
    stored({ requestId, names, counts }) {
      stored++;
      names.forEach((name, index) => sums.set(name, (sums.get(name) ?? 0) + (counts[index] ?? 0)));
      const n = ballot.numberOf(requestId);
      if (n === undefined || n >= ends.total) return find("uninvited", requestId);
      const seen = Math.min(ROWS_SEEN_MAX, (rows[n] ?? 0) + 1);
      rows[n] = seen;
      const end = ends.get(n);
      if (end === "refused" || end === "unsent") find("uninvited", `${requestId}, ${end}`);
      if (end === "unknown" && seen === 1) unknownStored++;
      if (seen === 2) find("doubled", requestId);
      const choice = ballot.choice(n);
      if (!isSame(choice.names, names) || !isSame(choice.counts, counts)) find("altered", requestId);
    },
    finish({ votes, redis }) {
      for (let n = 0; n < ends.total; n++) {
        if (ends.get(n) === "accepted" && rows[n] === 0) find("lost", ballot.requestId(n));
      }
      compare(votes, { kind: "votes_total_wrong", where: "votes" });
      compare(redis, { kind: "redis_total_wrong", where: "Redis" });
      return { counts, examples, stored, unknownStored };
    },
  };
}

export function isClean({ counts }: Findings): boolean {
  return Object.keys(counts).length === 0;
}

function isSame<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}
