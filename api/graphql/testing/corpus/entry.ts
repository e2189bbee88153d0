/** One request of the corpus, and the documents that most of its entries ask with. */
import type { RawRequest } from "../raw_exchange.ts";

export interface Entry extends RawRequest {
  /** What is asked, for the report of a difference; no two entries have the same. */
  readonly name: string;
  /** What comes of `cas`. */
  readonly casScript?: string;
}

export const JSON_HEADERS: readonly (readonly [string, string])[] = [["content-type", "application/json"]];

export const VOTE_DOCUMENT = `mutation Vote(
  $usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID
) {
  vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, requestId: $requestId) {
    success message usernames votes code
  }
}`;
export const QUERY_DOCUMENT = "query Total($name: String!) { query(username: $name) }";
export const CAS_DOCUMENT = "{ cas { ticket validUntil remainingUsage } }";
export const TALLIES_DOCUMENT =
  "query Tallies($names: [String!]!) { tallies(usernames: $names) { username votes } }";
export const CANDIDATES_DOCUMENT = `query Page($first: Int!, $after: String) {
  candidates(first: $first, after: $after) {
    totalCount edges { cursor node { username votes } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
/** Without what may be null, so that the hot door answers it. */
export const RANKING_DOCUMENT = `query Ranking($first: Int!, $after: String) {
  candidates(first: $first, after: $after) { totalCount edges { node { username votes } } pageInfo { hasNextPage } }
}`;
export const RECEIPT_DOCUMENT =
  "query Receipt($id: ID!) { receipt(requestId: $id) { requestId state voteId version } }";
export const VOTE_VARIABLES = { usernames: ["Ada", "Bo"], voteCount: [1, 2], ticket: "accepted" };

/** A POST of these parameters as JSON. */
export function asks(name: string, parameters: unknown, rest: Omit<Entry, "name" | "body"> = {}): Entry {
  return posts(name, JSON.stringify(parameters), rest);
}

/** A POST of this body, said to be JSON. */
export function posts(
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
  rest: Omit<Entry, "name" | "body"> = {},
): Entry {
  return { headers: JSON_HEADERS, ...rest, name, body };
}
