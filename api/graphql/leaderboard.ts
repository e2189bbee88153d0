/** The leaderboard in the words of the schema: of a query, and of each frame of a subscription. */
import type { LiveState } from "../../shared/redis/live_script.ts";
import { clampTotal } from "./clamp_total.ts";
import { inputInvalidError } from "./errors.ts";
import { type Tally, tallyOf } from "./tally_resolvers.ts";

/** As many names as one answer shows; the same in both, so that one read serves everybody who watches. */
export const LEADERS_MAX = 100;

export interface LeaderboardArguments {
  readonly first: number;
}

export interface Leaderboard {
  readonly entries: readonly Tally[];
  readonly candidateCount: number;
  readonly voteCount: number;
  readonly epoch: string;
  readonly readAt: string;
  readonly isOpen: boolean;
  readonly isFrozen: boolean;
}

/** Throws what the client reads where the arguments break a rule that the schema cannot tell. */
export function checkLeaderboardArguments({ first }: LeaderboardArguments): void {
  if (first < 1 || first > LEADERS_MAX) {
    throw inputInvalidError(`first must be from 1 to ${LEADERS_MAX}`);
  }
}

/** `readAt` is the state's own time, unless the caller writes another text in its place. */
export function leaderboardOf(
  state: LiveState,
  { first, readAt = new Date(state.readAtMs).toISOString() }: LeaderboardArguments & { readAt?: string },
): Leaderboard {
  return {
    entries: state.leaders.slice(0, first).map(tallyOf),
    candidateCount: state.candidateCount,
    voteCount: clampTotal(state.voteCount),
    epoch: state.epoch,
    readAt,
    isOpen: state.voting === "open",
    isFrozen: state.results === "frozen",
  };
}
