/** Holds the ledger to what the voters were told. */
import type { CastVote } from "./voters.ts";

/** A vote of the ledger that counts: its request id, names and counts. */
export type LedgerVote = readonly [requestId: string, names: readonly string[], counts: readonly number[]];

export interface Ledger {
  readonly events: readonly LedgerVote[];
  /** The table of totals. */
  readonly votes: Readonly<Record<string, number>>;
}

export interface Verdict {
  readonly accepted: number;
  readonly refused: number;
  /** Had a try without an answer and were accepted when repeated. */
  readonly settled: number;
  /** Never settled; so many of them the ledger holds. */
  readonly unknown: number;
  readonly unknownStored: number;
  /** Accepted, and not in the ledger. */
  readonly lost: readonly string[];
  /** More than once in the ledger. */
  readonly doubled: readonly string[];
  /** In the ledger with other names or counts. */
  readonly changed: readonly string[];
  /** In the ledger, though refused or never cast. */
  readonly uninvited: readonly string[];
  /** Names whose total is not the sum of the ledger. */
  readonly totalsApart: readonly string[];
}

export function judge(cast: readonly CastVote[], ledger: Ledger): Verdict {
  const told = new Map(cast.map((vote) => [vote.requestId, vote]));
  const stored = Map.groupBy(ledger.events, ([requestId]) => requestId);
  const ids = (wanted: (vote: CastVote) => boolean) => cast.filter(wanted).map(({ requestId }) => requestId);
  const unknown = ids(({ end }) => end === "unknown");
  const sums = new Map<string, number>();
  for (const [, names, counts] of ledger.events) {
    names.forEach((name, index) => sums.set(name, (sums.get(name) ?? 0) + (counts[index] ?? 0)));
  }
  const names = new Set([...sums.keys(), ...Object.keys(ledger.votes)]);
  return {
    accepted: ids(({ end }) => end === "accepted").length,
    refused: ids(({ end }) => end === "refused").length,
    settled: ids(({ end, wasUnknown }) => end === "accepted" && wasUnknown).length,
    unknown: unknown.length,
    unknownStored: unknown.filter((id) => stored.has(id)).length,
    lost: ids(({ end, requestId }) => end === "accepted" && !stored.has(requestId)),
    doubled: [...stored].filter(([, votes]) => votes.length > 1).map(([id]) => id),
    changed: ledger.events.filter((vote) => isChanged(vote, told)).map(([id]) => id),
    uninvited: [...stored.keys()].filter((id) => (told.get(id)?.end ?? "refused") === "refused"),
    totalsApart: [...names].filter((name) => (sums.get(name) ?? 0) !== (ledger.votes[name] ?? 0)),
  };
}

export function faultsOf(verdict: Verdict): string[] {
  const { lost, doubled, changed, uninvited, totalsApart } = verdict;
  return Object.entries({ lost, doubled, changed, uninvited, totalsApart })
    .filter(([, found]) => found.length > 0)
    .map(([fault, found]) => `${fault}: ${found.length} (${found.slice(0, 3).join(", ")})`);
}

function isChanged([id, names, counts]: LedgerVote, told: ReadonlyMap<string, CastVote>): boolean {
  const vote = told.get(id);
  return vote !== undefined && JSON.stringify([vote.names, vote.counts]) !== JSON.stringify([names, counts]);
}
