import { assertEquals } from "@std/assert";
import { buildSchema, parse, validate } from "graphql";
import { oneVoteRule } from "./one_vote_rule.ts";

const schema = buildSchema(
  "type Query { now: Int } type Mutation { vote: Result other: Result } type Result { code: Int }",
);

function errorsIn(document: string): number {
  return validate(schema, parse(document), [oneVoteRule]).length;
}

Deno.test("oneVoteRule() lets one vote pass, wherever it stands", () => {
  const documents = [
    "mutation { vote { code } }",
    "mutation { mine: vote { code } }",
    "mutation { other { code } vote { code } __typename }",
    "mutation { ...F } fragment F on Mutation { vote { code } }",
    "mutation { ... { ... on Mutation { vote { code } } } }",
    "mutation A { vote { code } } mutation B { vote { code } }",
    "query { vote: now }",
  ];
  for (const document of documents) assertEquals(errorsIn(document), 0, document);
});

Deno.test("oneVoteRule() refuses two votes in every disguise", () => {
  const documents = [
    "mutation { vote { code } vote { code } }",
    "mutation { a: vote { code } b: vote { code } }",
    "mutation { vote { code } ...F } fragment F on Mutation { b: vote { code } }",
    "mutation { ...F ...F } fragment F on Mutation { vote { code } }",
    "mutation { ...F ...G } fragment F on Mutation { ...G } fragment G on Mutation { vote { code } }",
    "mutation { ... { vote { code } } ... { b: vote { code } } }",
    "mutation { vote @skip(if: true) { code } b: vote { code } }",
    "mutation { ...F } fragment F on Mutation { vote { code } ...F b: vote { code } }",
  ];
  for (const document of documents) assertEquals(errorsIn(document), 1, document);
});

Deno.test("oneVoteRule() judges each operation by itself", () => {
  assertEquals(errorsIn("mutation A { vote { code } } mutation B { a: vote { code } b: vote { code } }"), 1);
});

Deno.test("oneVoteRule() comes to an end with cycles and fragments that double", () => {
  assertEquals(
    errorsIn("mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { ...F }"),
    0,
  );
  const doubling = Array.from(
    { length: 60 },
    (_, i) => `fragment F${i} on Mutation { ...F${i + 1} ...F${i + 1} }`,
  );
  assertEquals(
    errorsIn(`mutation { ...F0 } ${doubling.join(" ")} fragment F60 on Mutation { vote { code } }`),
    1,
  );
});
