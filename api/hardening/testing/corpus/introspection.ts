/** Questions about the schema, which production does not answer, in every disguise. */
import { getIntrospectionQuery } from "graphql";
import { asks, type HostileEntry, sends, VALIDATION } from "./entry.ts";

const DOCUMENTS: readonly string[] = [
  "{ __schema { queryType { name } } }",
  "{ __schema { types { name } } }",
  '{ __type(name: "Mutation") { fields { name } } }',
  "query IntrospectionQuery { __schema { types { name } } }",
  "{ a: __schema { types { name } } }",
  "{ __typename __schema { types { name } } }",
  "{ ...F } fragment F on Query { __schema { types { name } } }",
  "{ ... on Query { __schema { types { name } } } }",
  "{ ... { ... { __schema { types { name } } } } }",
  "{ __schema @include(if: true) { types { name } } }",
  "{ __schema @skip(if: true) { types { name } } }",
  "{\n\t__schema\n\t{types{name}}}",
  "{ __schema #\n { types { name } } }",
  "{ __SCHEMA { types { name } } }",
  "{ __schema { directives { name args { name } } } }",
  '{ __type(name: "VoteCode") { enumValues { name } } }',
  '{ cas { ticket } __type(name: "Query") { name } }',
  "mutation { __schema { types { name } } }",
  "{ cas { __schema { types { name } } } }",
  "{ ...F } fragment F on __Schema { types { name } }",
  "query($a: String!) { __type(name: $a) { name } }",
  "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
  "{ cas { tickets } }",
  "{ cass { ticket } }",
  '{ query(usernam: "a") }',
  "{ cas { ...F } } fragment F on TicketInf { ticket }",
  "query($a: Strin) { cas { ticket } }",
];

export const introspectionEntries: readonly HostileEntry[] = [
  ...DOCUMENTS.map((document, index) => asks(`introspection ${index}`, document, VALIDATION)),
  asks("the whole schema", getIntrospectionQuery(), VALIDATION),
  asks("the whole schema without descriptions", getIntrospectionQuery({ descriptions: false }), VALIDATION),
  sends("introspection by GET", {
    method: "GET",
    target: `/graphql?query=${encodeURIComponent("{ __schema { types { name } } }")}`,
    expected: VALIDATION,
  }),
  sends("a page of GraphiQL", {
    method: "GET",
    headers: [["accept", "text/html,application/xhtml+xml,*/*;q=0.8"]],
    // Accepts */*, and so gets application/json, in which a request that is no request has status 200.
    expected: { status: 200, code: "BAD_REQUEST" },
  }),
];
