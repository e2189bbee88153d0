/** More than one vote in one operation, in every disguise, with a ticket that is good. */
import {
  asks,
  type Expected,
  type HostileEntry,
  JSON_HEADERS,
  sends,
  times,
  VALIDATION,
  VICTIM,
  VOTE,
  VOTE_BODY,
  VOTE_DOCUMENT,
  VOTE_VARIABLES,
} from "./entry.ts";

const OTHER = VOTE.replace('["Mallory"]', '["Trudy"]');

const DISGUISES: readonly (readonly [name: string, document: string])[] = [
  ["by an alias", `mutation { ${VOTE} b: ${VOTE} }`],
  ["by two aliases", `mutation { a: ${VOTE} b: ${VOTE} }`],
  ["by ten aliases", `mutation { ${times(10, (index) => `a${index}: ${VOTE}`)} }`],
  ["of different names", `mutation { a: ${VOTE} b: ${OTHER} }`],
  ["the same twice, to be merged", `mutation { ${VOTE} ${VOTE} }`],
  ["by a fragment beside it", `mutation { ${VOTE} ...F } fragment F on Mutation { b: ${VOTE} }`],
  ["both in a fragment", `mutation { ...F } fragment F on Mutation { a: ${VOTE} b: ${VOTE} }`],
  [
    "in two fragments",
    `mutation { ...F ...G } fragment F on Mutation { a: ${VOTE} } fragment G on Mutation { b: ${VOTE} }`,
  ],
  ["by a fragment that is spread twice", `mutation { ...F ...F } fragment F on Mutation { ${VOTE} }`],
  [
    "by a fragment within a fragment",
    `mutation { ...F a: ${VOTE} } fragment F on Mutation { ...G } fragment G on Mutation { b: ${VOTE} }`,
  ],
  ["by an inline fragment", `mutation { a: ${VOTE} ... { b: ${VOTE} } }`],
  ["by two inline fragments", `mutation { ... on Mutation { a: ${VOTE} } ... on Mutation { b: ${VOTE} } }`],
  ["by an inline fragment within one", `mutation { ... { ... { a: ${VOTE} } b: ${VOTE} } }`],
  ["behind @include", `mutation { a: ${VOTE} b: ${VOTE.replace("{", "@include(if: true) {")} }`],
  ["behind @skip, never executed", `mutation { a: ${VOTE} b: ${VOTE.replace("{", "@skip(if: true) {")} }`],
  [
    "behind a directive of a spread",
    `mutation { a: ${VOTE} ...F @include(if: true) } fragment F on Mutation { b: ${VOTE} }`,
  ],
  [
    "behind a directive of an inline fragment",
    `mutation { a: ${VOTE} ... @include(if: true) { b: ${VOTE} } }`,
  ],
  ["beside __typename", `mutation { __typename a: ${VOTE} b: ${VOTE} }`],
  ["with an operation of another kind beside it", `mutation A { a: ${VOTE} b: ${VOTE} }`],
  ["in a named operation", `mutation M { a: ${VOTE} b: ${VOTE} }`],
  ["under names of objects' own properties", `mutation { constructor: ${VOTE} __proto__: ${VOTE} }`],
  ["in a cycle of fragments", `mutation { a: ${VOTE} ...F } fragment F on Mutation { b: ${VOTE} ...F }`],
  ["spread over commas and comments", `mutation {,,a:#x\n${VOTE},,,#y\nb:${VOTE},}`],
];
const disguised = DISGUISES.map(([name, document]) => asks(`two votes ${name}`, document, VALIDATION));

const operations: readonly HostileEntry[] = [
  sends("two votes in one of several operations", {
    body: JSON.stringify({
      query: `mutation A { a: ${VOTE} b: ${VOTE} } query B { cas { ticket } }`,
      operationName: "A",
    }),
    expected: VALIDATION,
  }),
  sends("two votes in an operation that is not asked for", {
    body: JSON.stringify({
      query: `mutation A { a: ${VOTE} b: ${VOTE} } query B { cas { ticket } }`,
      operationName: "B",
    }),
    expected: VALIDATION,
  }),
  sends("a vote in each of two operations, none named", {
    body: JSON.stringify({ query: `mutation A { ${VOTE} } mutation B { ${VOTE} }` }),
    expected: { status: 400, code: "OPERATION_RESOLUTION_FAILURE" },
  }),
  asks("a vote as a query", `{ ${VOTE} }`, VALIDATION),
  asks("a vote as a subscription", `subscription { ${VOTE} }`, VALIDATION),
  asks("a vote in a fragment of a query", `{ ...F } fragment F on Mutation { ${VOTE} }`, VALIDATION),
  asks("a vote within an answer", `mutation { ${VOTE.replace("code", `code ${VOTE}`)} }`, VALIDATION),
];

const REQUEST: Expected = { status: 400, code: "BAD_REQUEST" };
const batches: readonly HostileEntry[] = [
  ["a batch of one vote", `[${VOTE_BODY}]`] as const,
  ["a batch of two votes", `[${VOTE_BODY},${VOTE_BODY}]`] as const,
  ["a batch of fifty votes", `[${Array(50).fill(VOTE_BODY)}]`] as const,
  ["a batch in a batch", `[[${VOTE_BODY}]]`] as const,
  ["a batch with a null", `[null,${VOTE_BODY}]`] as const,
  ["an empty batch", "[]"] as const,
  ["a batch of 10000 nulls", `[${Array(10_000).fill("null")}]`] as const,
  ["two bodies one after the other", `${VOTE_BODY}${VOTE_BODY}`] as const,
  ["two bodies on two lines", `${VOTE_BODY}\n${VOTE_BODY}`] as const,
].map(([name, body]) => sends(name, { body, expected: REQUEST }));

const parameters = new URLSearchParams({ query: VOTE_DOCUMENT, variables: JSON.stringify(VOTE_VARIABLES) });
const literal = new URLSearchParams({ query: `mutation { ${VOTE} }` });
const NOT_ALLOWED: Expected = { status: 405, code: "BAD_REQUEST" };
const gets: readonly HostileEntry[] = [
  sends("GET of a vote", { method: "GET", target: `/graphql?${parameters}`, expected: NOT_ALLOWED }),
  sends("GET of a vote with literals", {
    method: "GET",
    target: `/graphql?${literal}`,
    expected: NOT_ALLOWED,
  }),
  sends("GET of a vote as a link makes it", {
    method: "GET",
    target: `/graphql?${literal}`,
    headers: [["accept", "text/html,application/xhtml+xml,*/*;q=0.8"]],
    expected: NOT_ALLOWED,
  }),
  sends("GET of a vote as an image makes it", {
    method: "GET",
    target: `/graphql?${literal}`,
    headers: [["accept", "image/avif,image/webp,*/*"]],
    expected: NOT_ALLOWED,
  }),
  sends("GET of a vote beside a query", {
    method: "GET",
    target: `/graphql?${new URLSearchParams({
      query: `query A { cas { ticket } } mutation B { ${VOTE} }`,
      operationName: "B",
    })}`,
    expected: NOT_ALLOWED,
  }),
  sends("GET of a vote, its type said to be JSON", {
    method: "GET",
    target: `/graphql?${parameters}`,
    headers: JSON_HEADERS,
    expected: NOT_ALLOWED,
  }),
  sends("GET with a vote as its body", { method: "GET", body: VOTE_BODY, expected: REQUEST }),
  sends("GET said to be a POST by a header", {
    method: "GET",
    target: `/graphql?${parameters}`,
    headers: [...JSON_HEADERS, ["x-http-method-override", "POST"]],
    expected: NOT_ALLOWED,
  }),
  sends("a vote in the URL of an empty POST", {
    target: `/graphql?${parameters}`,
    body: "",
    expected: REQUEST,
  }),
  sends("a vote in the URL of a POST of an object", {
    target: `/graphql?${parameters}`,
    body: "{}",
    expected: REQUEST,
  }),
];

const twisted: readonly HostileEntry[] = [
  sends("a list of variables for each of two votes", {
    body: JSON.stringify({ query: VOTE_DOCUMENT, variables: [VOTE_VARIABLES, VOTE_VARIABLES] }),
    expected: REQUEST,
  }),
  sends("a list of documents", {
    body: JSON.stringify({ query: [VOTE_DOCUMENT], variables: VOTE_VARIABLES }),
    expected: REQUEST,
  }),
  sends("a vote whose count is a list of lists", {
    body: JSON.stringify({ query: VOTE_DOCUMENT, variables: { ...VOTE_VARIABLES, voteCount: [[1]] } }),
    expected: { status: 400, code: "BAD_USER_INPUT" },
  }),
  sends("a vote whose names are an object", {
    body: JSON.stringify({
      query: VOTE_DOCUMENT,
      variables: { ...VOTE_VARIABLES, usernames: { 0: VICTIM, length: 1 } },
    }),
    expected: { status: 400, code: "BAD_USER_INPUT" },
  }),
];

export const voteEntries: readonly HostileEntry[] = [
  ...disguised,
  ...operations,
  ...batches,
  ...gets,
  ...twisted,
];
