/** What an operator decides of the poll: whether votes are taken, and which totals are shown. */

export type Voting = "open" | "closed";
/** `frozen`: the totals of the moment of freezing are shown, while votes count on. */
export type Results = "live" | "frozen";

export interface PollState {
  readonly voting: Voting;
  readonly results: Results;
}

/**
 * Of two states of which neither is known to follow the other: what either of them holds back stays held back. To take a
 * vote, or to show a total, cannot be undone; to wait for the operator can.
 */
export function stricterOf(one: PollState, other: PollState): PollState {
  return {
    voting: one.voting === "closed" || other.voting === "closed" ? "closed" : "open",
    results: one.results === "frozen" || other.results === "frozen" ? "frozen" : "live",
  };
}

export function isSameState(one: PollState, other: PollState): boolean {
  return one.voting === other.voting && one.results === other.results;
}
