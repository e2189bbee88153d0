/** The leaderboard: everything that can come of it, asked for as clients ask and as they should not. */
import { BROKEN_FIRST, NOT_READY_FIRST } from "../scripted_deps.ts";
import { asks, type Entry } from "./entry.ts";
import { ODD_VALUES } from "./variables.ts";

const QUERY = "query($first: Int! = 3) { leaderboard(first: $first) " +
  "{ entries { username votes } candidateCount voteCount epoch readAt isOpen isFrozen } }";

const DOCUMENTS: readonly string[] = [
  "{ leaderboard { voteCount } }",
  "{ leaderboard(first: 100) { entries { u: username v: votes } } }",
  "{ leaderboard(first: 2) { __typename entries { __typename votes } } }",
  "{ leaderboard { entries } }",
  "{ leaderboard { nothing } }",
  "{ leaderboard(first: null) { voteCount } }",
  '{ leaderboard(first: "2") { voteCount } }',
  "{ a: leaderboard { voteCount } b: leaderboard { voteCount } }",
  "{ leaderboard { ...F } } fragment F on Leaderboard { isOpen }",
  // What is watched, asked for where nothing is streamed.
  "subscription { leaderboard { voteCount } }",
  "subscription { ticketChanged { ticket } }",
  "subscription { leaderboard { voteCount } ticketChanged { ticket } }",
  "subscription { leaderboard @skip(if: true) { voteCount } }",
];

export const leaderboardEntries: readonly Entry[] = [
  asks("leaderboard: by default", { query: QUERY }),
  ...[0, 1, 2, 100, 101, NOT_READY_FIRST, BROKEN_FIRST].map((first) =>
    asks(`leaderboard: the first ${first}`, { query: QUERY, variables: { first } })
  ),
  ...ODD_VALUES.map((first, index) =>
    asks(`leaderboard: $first is odd value ${index}`, { query: QUERY, variables: { first } })
  ),
  ...DOCUMENTS.map((query, index) => asks(`leaderboard: document ${index}`, { query })),
];
