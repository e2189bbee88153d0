import { assert, assertEquals } from "@std/assert";
import { buildSchema, type GraphQLError, parse } from "graphql";
import {
  createKnownOperations,
  DEFINITIONS_MAX,
  DOCUMENT_LENGTH_MAX,
  DOCUMENTS_MAX,
} from "./known_operations.ts";
import type { OperationSource } from "./operation.ts";

const schema = buildSchema("type Query { now: Int! }");
const now = schema.getQueryType()?.getFields()["now"];
if (now) now.resolve = () => 1;

/** Whose field fails, and so shows the node that it was compiled from. */
const broken = buildSchema("type Query { now: Int! }");
const failingNow = broken.getQueryType()?.getFields()["now"];
if (failingNow) failingNow.resolve = () => Promise.reject(new Error("broken"));

function source(text: string, operationName?: string): OperationSource {
  return { schema, document: parse(text), operationName, maskError: (error) => error as GraphQLError };
}

Deno.test("find() knows a document by its exact text and the operation by the name that was asked", () => {
  const known = createKnownOperations();
  const text = "query A { now } query B { mine: now }";
  known.learn(text, source(text, "A"));
  assert(known.find({ text, operationName: "A" }));
  for (const operationName of [undefined, "B", "toString"]) {
    assertEquals(known.find({ text, operationName }), undefined);
  }
  assertEquals(known.find({ text: `${text} `, operationName: "A" }), undefined);
  known.learn(text, source(text, "B"));
  assert(known.find({ text, operationName: "A" }) && known.find({ text, operationName: "B" }));
});

Deno.test("learn() keeps what is in use and lets go what has not been asked for longest", () => {
  const known = createKnownOperations();
  const learn = (text: string) => known.learn(text, source(text));
  learn("{ used: now }");
  learn("{ unused: now }");
  for (let index = 0; index < DOCUMENTS_MAX; index++) {
    assert(known.find({ text: "{ used: now }", operationName: undefined }));
    learn(`{ a${index}: now }`);
  }
  assert(known.find({ text: "{ used: now }", operationName: undefined }));
  assertEquals(known.find({ text: "{ unused: now }", operationName: undefined }), undefined);
});

Deno.test("learn() leaves alone what is too long to keep, and shapes that are not for the hot door", () => {
  const known = createKnownOperations();
  for (const text of [`{ now }${" ".repeat(DOCUMENT_LENGTH_MAX)}`, "{ ... { now } }"]) {
    known.learn(text, source(text));
    assertEquals(known.find({ text, operationName: undefined }), undefined);
  }
});

Deno.test("learn() leaves alone a document of very many operations, each of which would cost", () => {
  const known = createKnownOperations();
  const operations = Array.from({ length: DEFINITIONS_MAX + 1 }, (_, index) => `query q${index} { now }`);
  for (const [count, isKnown] of [[DEFINITIONS_MAX, true], [DEFINITIONS_MAX + 1, false]] as const) {
    const text = operations.slice(0, count).join(" ");
    known.learn(text, source(text, "q0"));
    assertEquals(known.find({ text, operationName: "q0" }) !== undefined, isKnown);
  }
});

Deno.test("learn() keeps one tree of a document, however many of its operations are asked", async () => {
  const known = createKnownOperations();
  const text = "query A { now } query B { now }";
  const seen: unknown[] = [];
  const failing = (document: ReturnType<typeof parse>, operationName: string): OperationSource => ({
    schema: broken,
    document,
    operationName,
    maskError(error) {
      seen.push((error as GraphQLError).nodes?.[0]);
      return error as GraphQLError;
    },
  });
  const [first, second] = [parse(text), parse(text)];
  known.learn(text, failing(first, "A"));
  known.learn(text, failing(second, "B"));
  await known.find({ text, operationName: "B" })?.execute({}, { authorization: undefined });
  assertEquals(seen.length, 1);
  const [, operation] = first.definitions;
  assert(operation?.kind === "OperationDefinition" && operation.selectionSet.selections[0] === seen[0]);
});
