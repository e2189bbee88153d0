/** What the client asks, each operation with one root field and variables for all that changes: the hot door knows these. */

export const VOTE =
  `mutation Vote($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID) {
  vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, requestId: $requestId) {
    success message usernames votes code
  }
}`;

export const TICKET = `query Ticket { cas { ticket validUntil remainingUsage } }`;

export const TOTAL = `query Total($username: String!) { query(username: $username) }`;

export const TALLIES =
  `query Tallies($usernames: [String!]!) { tallies(usernames: $usernames) { username votes } }`;

const LEADERBOARD_FIELDS = "entries { username votes } candidateCount voteCount epoch readAt isOpen isFrozen";

export const LEADERBOARD =
  `query Leaderboard($first: Int!) { leaderboard(first: $first) { ${LEADERBOARD_FIELDS} } }`;

export const CANDIDATES = `query Candidates($first: Int!, $after: String) {
  candidates(first: $first, after: $after) {
    edges { node { username votes } } pageInfo { hasNextPage endCursor } totalCount
  }
}`;

export const RECEIPT =
  `query Receipt($requestId: ID!) { receipt(requestId: $requestId) { requestId state voteId version } }`;

export const WATCH_LEADERBOARD =
  `subscription WatchLeaderboard($first: Int!) { leaderboard(first: $first) { ${LEADERBOARD_FIELDS} } }`;

export const WATCH_TICKETS =
  `subscription WatchTickets { ticketChanged { ticket validUntil remainingUsage } }`;
