import { assertEquals } from "@std/assert";
import { buildSchema, parse, validate } from "graphql";
import { onceRule } from "./once_rule.ts";

const schema = buildSchema(
  "type Query { now: Int candidates: [Int] tallies: [Int] } type Mutation { vote: Result other: Result } type Result { code: Int }",
);

function errorsIn(document: string): number {
  return validate(schema, parse(document), [onceRule]).length;
}

Deno.test("onceRule() lets one vote pass, wherever it stands", () => {
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

Deno.test("onceRule() refuses two votes in every disguise", () => {
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

Deno.test("onceRule() judges each operation by itself", () => {
  assertEquals(errorsIn("mutation A { vote { code } } mutation B { a: vote { code } b: vote { code } }"), 1);
});

Deno.test("onceRule() comes to an end with cycles and fragments that double", () => {
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

Deno.test("onceRule() lets each list pass once, and refuses it twice in every disguise", () => {
  const documents: readonly (readonly [document: string, errors: number])[] = [
    ["{ candidates tallies now again: now }", 0],
    ["query A { candidates } query B { candidates }", 0],
    ["{ candidates: now tallies: now candidates2: candidates }", 0],
    ["{ a: candidates b: candidates }", 1],
    ["{ tallies ...F } fragment F on Query { more: tallies }", 1],
    ["{ a: tallies b: tallies c: candidates d: candidates }", 2],
  ];
  for (const [document, errors] of documents) assertEquals(errorsIn(document), errors, document);
});
