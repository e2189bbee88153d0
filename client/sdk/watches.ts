/** What the client can watch: the leaderboard and the ticket, as they change. */
import { WATCH_LEADERBOARD, WATCH_TICKETS } from "./documents.ts";
import { readFirst } from "./reads.ts";
import {
  type Leaderboard,
  type LeaderboardAnswer,
  readLeaderboard,
  readTicket,
  type Ticket,
  type TicketAnswer,
} from "./results.ts";
import { watch, type WatchDeps, type WatchOptions } from "./watch.ts";

export interface WatchLeaderboardOptions extends WatchOptions {
  /** How many names: 10 unless told otherwise, 100 at most. */
  readonly first?: number | undefined;
}

export interface Watches {
  /** The leaderboard now, and again whenever it has changed: a few times a second at most. */
  watchLeaderboard(options?: WatchLeaderboardOptions): AsyncGenerator<Leaderboard, void, undefined>;
  /** The ticket to vote with now, and each one that takes its place. */
  watchTickets(options?: WatchOptions): AsyncGenerator<Ticket, void, undefined>;
}

export function createWatches(deps: WatchDeps): Watches {
  return {
    async *watchLeaderboard({ first = 10, ...options } = {}) {
      const question = { document: WATCH_LEADERBOARD, variables: { first: readFirst(first) } };
      for await (const frame of watch<{ leaderboard: LeaderboardAnswer }>(question, { ...options, deps })) {
        yield readLeaderboard(frame.leaderboard);
      }
    },

    async *watchTickets(options = {}) {
      const question = { document: WATCH_TICKETS };
      for await (const frame of watch<{ ticketChanged: TicketAnswer }>(question, { ...options, deps })) {
        yield readTicket(frame.ticketChanged);
      }
    },
  };
}
