/**
 * What one can watch: which part of a state a subscription shows, and when that part counts as another one. GraphQL's
 * `subscribe` returns a feed, and whoever watches is sent what the document makes of the states that follow.
 */
import type { LiveState } from "../../shared/redis/live_script.ts";

/** Equal keys show the same. Undefined where there is nothing to show. */
export type KeyOf = (state: LiveState) => string | undefined;

/** The time of a read is no change: it is written into what is sent, and never compared. */
const leaderboardKey: KeyOf = ({ epoch, voting, results, voteCount, candidateCount, leaders }) =>
  JSON.stringify([epoch, voting, results, voteCount, candidateCount, leaders]);

/** Its uses become fewer with every vote; what is told is another ticket. */
const ticketKey: KeyOf = ({ ticket }) => ticket?.ticket;

/** GraphQL wants an async iterable; nobody iterates over it, since one execution serves all who watch the same. */
export class Feed implements AsyncIterable<never> {
  static readonly leaderboard = new Feed(leaderboardKey);
  static readonly ticket = new Feed(ticketKey);

  private constructor(readonly keyOf: KeyOf) {}

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error("Watch a feed: it is read by channels alone");
  }
}
