/** One hostile request: what is sent over a connection of its own, and what must come back. */
import type { RawRequest } from "../../../graphql/testing/raw_exchange.ts";

export interface HostileEntry extends RawRequest {
  /** No two entries have the same. */
  readonly name: string;
  readonly expected: Expected;
}

export interface Expected {
  /** 0: the connection is closed without an answer. */
  readonly status: number;
  /** Of the only error that matters, its first; absent where the listener answers by itself, without a body. */
  readonly code?: string;
}

export const JSON_HEADERS: readonly (readonly [string, string])[] = [["content-type", "application/json"]];
/** Here the status tells that a request was refused; in application/json a well-formed one has 200. */
const HEADERS: readonly (readonly [string, string])[] = [...JSON_HEADERS, [
  "accept",
  "application/graphql-response+json",
]];

export const PARSE: Expected = { status: 400, code: "GRAPHQL_PARSE_FAILED" };
export const VALIDATION: Expected = { status: 400, code: "GRAPHQL_VALIDATION_FAILED" };
export const INPUT: Expected = { status: 400, code: "BAD_USER_INPUT" };
export const REQUEST: Expected = { status: 400, code: "BAD_REQUEST" };
export const TYPE: Expected = { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" };
export const TOO_LARGE: Expected = { status: 413, code: "REQUEST_ENTITY_TOO_LARGE" };
export const TOO_SLOW: Expected = { status: 408, code: "REQUEST_TIMEOUT" };
/** Of the listener itself. */
export const BROKEN: Expected = { status: 400 };

/** Replaced by a ticket that is open and good, so that nothing but the hardening stands between a vote and the tally. */
export const TICKET = "@TICKET@";
/** What no hostile vote may be counted for. */
export const VICTIM = "Mallory";
export const VOTE = `vote(usernames: ["${VICTIM}"], voteCount: [1], ticket: "${TICKET}") { code }`;
export const VOTE_VARIABLES = { usernames: [VICTIM], voteCount: [1], ticket: TICKET };
export const VOTE_DOCUMENT = "mutation Vote($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!) " +
  "{ vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket) { code } }";
/** A body that would be counted if it came as clients send it. */
export const VOTE_BODY = JSON.stringify({ query: VOTE_DOCUMENT, variables: VOTE_VARIABLES });

/** Many zeros by gzip: who unpacks it, asked or not, has more than was sent. */
export const PACKED = Uint8Array.fromHex(
  "1f8b0800000000000203edc1010d000000c2a0f74f6d0e37a00000000000000000008037030000ffff",
);

export function sends(
  name: string,
  { expected, ...request }: RawRequest & { expected: Expected },
): HostileEntry {
  return { headers: HEADERS, ...request, name, expected };
}

/** A POST of a document. */
export function asks(name: string, query: string, expected: Expected): HostileEntry {
  return sends(name, { body: JSON.stringify({ query }), expected });
}

export function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(" ");
}
