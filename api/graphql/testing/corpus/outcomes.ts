/** Everything that can come of an operation, asked for as clients ask. */
import { CAS_SCRIPTS, TOTAL_SCRIPTS, VOTE_SCRIPTS } from "../scripted_deps.ts";
import { asks, CAS_DOCUMENT, type Entry, QUERY_DOCUMENT, VOTE_DOCUMENT, VOTE_VARIABLES } from "./entry.ts";

const RESPONSE_TYPE: Entry["headers"] = [
  ["content-type", "application/json"],
  ["accept", "application/graphql-response+json"],
];

const votes = VOTE_SCRIPTS.map((ticket) =>
  asks(`vote: ${ticket}`, { query: VOTE_DOCUMENT, variables: { ...VOTE_VARIABLES, ticket } })
);
const totals = TOTAL_SCRIPTS.map((name) =>
  asks(`query: ${name}`, { query: QUERY_DOCUMENT, variables: { name } })
);
const tickets = CAS_SCRIPTS.map((casScript) =>
  asks(`cas: ${casScript}`, { query: CAS_DOCUMENT }, { casScript })
);

const VARIABLES = { usernames: ["a"], voteCount: [1] };
const TWO_VOTES = `mutation($usernames: [String!]!, $voteCount: [Int!]!, $one: String!, $two: String!) {
  first: vote(usernames: $usernames, voteCount: $voteCount, ticket: $one) { code votes }
  second: vote(usernames: $usernames, voteCount: [9], ticket: $two) { code votes }
}`;
const several = [
  ["accepted", "accepted"],
  ["TICKET_EXPIRED", "accepted"],
  ["accepted", "TICKET_EXPIRED with detail"],
  ["unknown", "accepted"],
  ["accepted", "unknown"],
  ["throws an error", "accepted"],
  ["accepted", "throws an error"],
  ["unknown", "throws an error"],
].map(([one, two]) =>
  asks(`two votes: ${one}, then ${two}`, { query: TWO_VOTES, variables: { ...VARIABLES, one, two } })
);

const TWO_TOTALS =
  "query($one: String!, $two: String!) { a: query(username: $one) b: query(username: $two) }";
const reads = [["seven", "seven"], ["not ready", "seven"], ["seven", "throws an error"], [
  "not ready",
  "total past the edge",
]]
  .map(([one, two]) => asks(`two totals: ${one} and ${two}`, { query: TWO_TOTALS, variables: { one, two } }));

const mixed = [
  asks("a field twice, its value is wrong", { query: "{ cas { ticket validUntil ticket } }" }, {
    casScript: "open without a ticket",
  }),
  asks("a field twice, an element of its list is wrong", {
    query:
      'mutation { vote(usernames: "a", voteCount: 1, ticket: "total of a fraction") { votes code votes } }',
  }),
  asks("a total and a ticket", { query: `{ query(username: "seven") ${CAS_DOCUMENT.slice(1)}` }),
  asks("a total and no ticket", { query: `{ query(username: "seven") ${CAS_DOCUMENT.slice(1)}` }, {
    casScript: "none",
  }),
  asks("no total and a ticket", { query: `{ query(username: "not ready") ${CAS_DOCUMENT.slice(1)}` }),
  asks("the name of a total breaks its rule", { query: QUERY_DOCUMENT, variables: { name: " Ada" } }),
  asks("the name of a total is empty", { query: QUERY_DOCUMENT, variables: { name: "" } }),
];

/** The same in the other media type, where the status speaks as well. */
function inResponseType(entry: Entry): Entry {
  return { ...entry, name: `${entry.name} (response type)`, headers: RESPONSE_TYPE ?? [] };
}

const all: readonly Entry[] = [...votes, ...totals, ...tickets, ...several, ...reads, ...mixed];
export const outcomeEntries: readonly Entry[] = [...all, ...all.map(inResponseType)];
