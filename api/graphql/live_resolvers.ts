/**
 * What can be watched, and the leaderboard as a query. Each state of the counter is the root of one execution of a
 * subscription, which everybody shares who asked the same.
 */
import type { LiveState } from "../../shared/redis/live_script.ts";
import { READ_AT_MARK } from "../live/channel.ts";
import { Feed } from "../live/feed.ts";
import type { ShardReader } from "../shard_reader.ts";
import { closedError } from "./errors.ts";
import {
  checkLeaderboardArguments,
  type Leaderboard,
  type LeaderboardArguments,
  leaderboardOf,
} from "./leaderboard.ts";
import { type TicketInfo, ticketInfo } from "./ticket_info.ts";

export function createLeaderboardResolvers(reader: Pick<ShardReader, "readLive">) {
  return {
    async leaderboard(_root: unknown, args: LeaderboardArguments): Promise<Leaderboard> {
      checkLeaderboardArguments(args);
      const outcome = await reader.readLive(args.first);
      if (outcome.kind === "not_ready") throw closedError();
      return leaderboardOf(outcome.state, args);
    },
  };
}

export const SUBSCRIPTION_RESOLVERS = {
  leaderboard: {
    subscribe(_root: unknown, args: LeaderboardArguments): Feed {
      checkLeaderboardArguments(args);
      return Feed.leaderboard;
    },
    resolve: (state: LiveState, { first }: LeaderboardArguments): Leaderboard =>
      leaderboardOf(state, { first, readAt: READ_AT_MARK }),
  },
  ticketChanged: {
    subscribe: (): Feed => Feed.ticket,
    resolve: ({ ticket }: LiveState): TicketInfo | undefined => ticket && ticketInfo(ticket),
  },
};
