/** The bounds themselves, from both sides; what is sent against them is in api/hardening. */
import { assert, assertEquals } from "@std/assert";
import { getIntrospectionQuery } from "graphql";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { ALIASES_MAX, DIRECTIVES_MAX } from "./document_limits.ts";
import {
  CANDIDATES_DOCUMENT,
  RECEIPT_DOCUMENT,
  TALLIES_DOCUMENT,
  VOTE_DOCUMENT,
} from "./testing/corpus/entry.ts";
import { createScriptedDeps } from "./testing/scripted_deps.ts";
import { createYogaDoor, type Door } from "./yoga.ts";

function createDoor(tools: boolean): Door {
  const { castVote, reader } = createScriptedDeps(() => "open");
  const known = { find: () => undefined, learn() {} };
  return createYogaDoor({ castVote, reader, known, tools, log: createSilentLogger() });
}

async function messageOf(door: Door, query: string): Promise<string | undefined> {
  const request = new Request("http://cast.test/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await (await door(request)).json()).errors?.[0].message;
}

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(" ");
}

const totals = (count: number) => {
  const variables = times(count, (index) => `$n${index}: String!`);
  return `query(${variables}) { ${times(count, (index) => `t${index}: query(username: $n${index})`)} }`;
};

Deno.test("limitsDocuments() lets pass what clients ask, up to a total for each name of the largest vote", async () => {
  const door = createDoor(false);
  const documents = [
    VOTE_DOCUMENT,
    `{ ${times(ALIASES_MAX, (index) => `t${index}: query(username: "seven")`)} }`,
    `{ ${times(ALIASES_MAX, (index) => `c${index}: cas { ticket validUntil remainingUsage }`)} }`,
    `{ cas { ticket ${
      times(DIRECTIVES_MAX, (index) => `... @include(if: ${index % 2 === 0}) { validUntil }`)
    } } }`,
    CANDIDATES_DOCUMENT,
    TALLIES_DOCUMENT,
    RECEIPT_DOCUMENT,
    "{ candidates(first: 500) { __typename totalCount edges { __typename cursor node { __typename username votes } } " +
    "pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor } } }",
    // As Relay's compiler writes them.
    "query Q($first: Int!, $after: String) { ...Page } fragment Page on Query { candidates(first: $first, after: $after) " +
    "{ edges { node { ...Row __typename } cursor } pageInfo { endCursor hasNextPage } } } " +
    "fragment Row on Tally { username votes }",
    `{ ${times(ALIASES_MAX, (index) => `r${index}: receipt(requestId: "${index}") { state version }`)} }`,
    "{ ...A } fragment A on Query { cas { ...B } } fragment B on TicketInfo { ticket }",
  ];
  const wrong = /too|long|Send one|once/;
  for (const query of [...documents, totals(ALIASES_MAX)]) {
    const message = await messageOf(door, query) ?? "";
    assert(!wrong.test(message), `${message}: ${query}`);
  }
});

Deno.test("limitsDocuments() refuses one more of each, and tells no bound", async () => {
  const door = createDoor(false);
  const deep = (depth: number) => `{ ${"... { ".repeat(depth)} cas { ticket } ${"}".repeat(depth)} }`;
  const refused: readonly (readonly [query: string, message: string])[] = [
    [totals(ALIASES_MAX + 1), "The document has too many aliases"],
    [`{ cas { ticket ${times(DIRECTIVES_MAX + 1, () => "@a")} } }`, "The document has too many directives"],
    [
      "{ a: candidates { totalCount } b: candidates { totalCount } }",
      "Ask for a list once in a request; one list may be long",
    ],
    [
      `{ candidates { edges { ${times(30, () => "node { username votes }")} } } }`,
      "The document asks for too much",
    ],
    [deep(7), "The document is nested too deep"],
    [`{ cas { ${times(140, () => "ticket")} } }`, "The document asks for too much"],
    [`{ cas { ${times(400, () => "ticket")} } }`, "Syntax Error: The document is too long."],
    [`{ query(username: ${"[".repeat(12_000)}`, "Syntax Error: The document is too long."],
    [`{ ${"a".repeat(20_500)} }`, "Syntax Error: The document is too long."],
  ];
  for (const [query, message] of refused) assertEquals(await messageOf(door, query), message);
});

Deno.test("limitsDocuments() leaves room for introspection where developers ask", async () => {
  assertEquals(await messageOf(createDoor(true), getIntrospectionQuery()), undefined);
  assertEquals(
    await messageOf(createDoor(false), getIntrospectionQuery({ descriptions: false })),
    "The document is nested too deep",
  );
});
