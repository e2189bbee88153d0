// @ts-check
/**
 * What the page asks of the API, and what comes back.
 *
 * @typedef {{ readonly username: string, readonly votes: number }} Tally
 *
 * @typedef {object} Leaderboard
 * @property {readonly Tally[]} entries
 * @property {number} candidateCount
 * @property {number} voteCount
 * @property {string} epoch
 * @property {string} readAt
 * @property {boolean} isOpen
 * @property {boolean} isFrozen
 *
 * @typedef {{ readonly ticket: string, readonly validUntil: string, readonly remainingUsage: number }} Ticket
 *
 * @typedef {object} VoteResult
 * @property {boolean} success
 * @property {string} code
 * @property {string} message
 * @property {readonly string[]} usernames
 * @property {readonly number[]} votes
 */

export const LEADERBOARD = `subscription Leaderboard {
  leaderboard(first: 10) {
    entries { username votes }
    candidateCount voteCount epoch readAt isOpen isFrozen
  }
}`;

export const TICKET_CHANGED = `subscription Ticket {
  ticketChanged { ticket validUntil remainingUsage }
}`;

export const CAS = `query Cas { cas { ticket validUntil remainingUsage } }`;

export const VOTE = `mutation Vote(
  $usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID
) {
  vote(
    usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, requestId: $requestId
  ) { success code message usernames votes }
}`;
