/** Lists of totals and receipts: everything that can come of them, asked for as clients ask and as they should not. */
import { cursorOf } from "../../cursor.ts";
import { LIST_SCRIPTS, RECEIPT_SCRIPTS } from "../scripted_deps.ts";
import {
  asks,
  CANDIDATES_DOCUMENT,
  type Entry,
  RANKING_DOCUMENT,
  RECEIPT_DOCUMENT,
  TALLIES_DOCUMENT,
} from "./entry.ts";
import { ODD_VALUES } from "./variables.ts";

const RESPONSE_TYPE: Entry["headers"] = [
  ["content-type", "application/json"],
  ["accept", "application/graphql-response+json"],
];

const tallies = LIST_SCRIPTS.flatMap((name) => [
  asks(`tallies: ${name}`, { query: TALLIES_DOCUMENT, variables: { names: [name, "Ada"] } }),
  asks(`tallies: Ada, then ${name}`, { query: TALLIES_DOCUMENT, variables: { names: ["Ada", name] } }),
]);
const pages = LIST_SCRIPTS.flatMap((name) =>
  [CANDIDATES_DOCUMENT, RANKING_DOCUMENT].map((query, index) =>
    asks(`candidates ${index}: ${name}`, {
      query,
      variables: { first: 2, after: cursorOf({ name, total: 7 }) },
    })
  )
);
const receipts = RECEIPT_SCRIPTS.map((id) =>
  asks(`receipt: ${id}`, { query: RECEIPT_DOCUMENT, variables: { id } })
);

const odd = ODD_VALUES.flatMap((value, index) => [
  asks(`tallies: $names is odd value ${index}`, { query: TALLIES_DOCUMENT, variables: { names: value } }),
  asks(`candidates: $first is odd value ${index}`, { query: RANKING_DOCUMENT, variables: { first: value } }),
  asks(`candidates: $after is odd value ${index}`, {
    query: RANKING_DOCUMENT,
    variables: { first: 3, after: value },
  }),
  asks(`receipt: $id is odd value ${index}`, { query: RECEIPT_DOCUMENT, variables: { id: value } }),
]);

const DOCUMENTS: readonly string[] = [
  "{ tallies(usernames: []) { votes } }",
  '{ tallies(usernames: "seven") { __typename username } }',
  '{ tallies(usernames: ["total of a fraction"]) { a: votes b: votes } }',
  '{ tallies(usernames: ["a", "total past the edge", "total of a fraction"]) { n: username v: votes } }',
  '{ tallies(usernames: ["a"]) { votes @skip(if: true) username } }',
  '{ tallies(usernames: ["a"]) { ...T } } fragment T on Tally { votes }',
  '{ tallies(usernames: ["a"]) { __proto__: votes } }',
  '{ tallies(usernames: ["a"]) }',
  '{ tallies(usernames: ["a"]) { node } }',
  "{ tallies { votes } }",
  '{ a: tallies(usernames: ["a"]) { votes } b: tallies(usernames: ["b"]) { votes } }',
  "{ candidates { totalCount } }",
  "{ candidates { __typename edges { __typename cursor node { __typename username } } } }",
  "{ candidates(first: 1) { e: edges { n: node { u: username } n2: node { v: votes } } } }",
  "{ candidates(first: 2) { edges { node { username username } } } }",
  "{ candidates(first: 0) { totalCount } }",
  "{ candidates(first: -1) { totalCount } }",
  "{ candidates(first: 500) { totalCount } }",
  "{ candidates(first: 501) { totalCount } }",
  "{ candidates(first: null) { totalCount } }",
  "{ candidates(first: 2, after: null) { totalCount pageInfo { hasNextPage hasPreviousPage } } }",
  '{ candidates(after: "") { totalCount } }',
  '{ candidates(after: "!") { totalCount } }',
  "{ candidates { pageInfo { startCursor } } }",
  "{ candidates { edges { cursor } } more: candidates { edges { cursor } } }",
  "{ candidates { edges } }",
  "{ candidates { edges { ...E } pageInfo { ...P } } } fragment E on CandidateEdge { cursor } fragment P on PageInfo { endCursor }",
  "{ receipt(requestId: 7) { state } }",
  '{ receipt(requestId: "stored") { state __typename } cas { ticket } }',
  '{ receipt(requestId: "not ready") { state } cas { ticket } }',
  '{ receipt(requestId: "not ready") { state } query(username: "not ready") }',
  '{ a: receipt(requestId: "not ready") { state } b: receipt(requestId: "not ready") { state } }',
  '{ a: receipt(requestId: "not ready") { state } b: receipt(requestId: "stored") { state } }',
  '{ a: receipt(requestId: "not ready") { state } b: receipt(requestId: "throws an error") { state } }',
  '{ receipt(requestId: "unknown") { state } }',
  '{ receipt(requestId: "") { state } }',
  `{ receipt(requestId: "${"x".repeat(129)}") { state } }`,
];
const written = DOCUMENTS.map((query, index) => asks(`list document ${index}`, { query }));

const all: readonly Entry[] = [...tallies, ...pages, ...receipts, ...odd, ...written];
/** In both media types: where a status speaks as well, part of the data may be there and part not. */
export const listEntries: readonly Entry[] = all.flatMap((entry) => [
  entry,
  { ...entry, name: `${entry.name} (response type)`, headers: RESPONSE_TYPE },
]);
