/** How each vote of a run ended, one byte a vote. */

export type VoteEnd = "unsent" | "accepted" | "refused" | "unknown";

const ENDS: readonly VoteEnd[] = ["unsent", "accepted", "refused", "unknown"];

export interface VoteEnds {
  readonly total: number;
  get(n: number): VoteEnd;
  set(n: number, end: VoteEnd): void;
  count(end: VoteEnd): number;
}

export function createVoteEnds(total: number): VoteEnds {
  const bytes = new Uint8Array(total);
  return {
    total,
    get: (n) => ENDS[bytes[n] ?? 0] ?? "unsent",
    set(n, end) {
      bytes[n] = ENDS.indexOf(end);
    },
    count(end) {
      const wanted = ENDS.indexOf(end);
      return bytes.reduce((count, byte) => byte === wanted ? count + 1 : count, 0);
    },
  };
}
