import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  buildSchema,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import { compileOperation, type Operation } from "./operation.ts";

/** Has what the shapes need; the schema of CAST itself is held to graphql-yoga by the tests of both doors. */
const SCHEMA_TEXT = `
  type Query { total(name: String!, scale: Int = 1): Int!  maybe: Int  plain: Int! }
  type Mutation { vote(names: [String!]!, note: String): Result! }
  type Result { code: Code!  totals: [Int!]!  note: String  nested: Result!  shown(by: Int): Int!  places: [Place!]! }
  type Place { name: String!  seats: [Int!]!  next: [Place!]! }
  enum Code { ACCEPTED REFUSED }
`;

interface Scene {
  readonly schema: GraphQLSchema;
  readonly calls: unknown[];
}

function scene(result: unknown = { code: "ACCEPTED", totals: [1, 2] }): Scene {
  const schema = buildSchema(SCHEMA_TEXT);
  const calls: unknown[] = [];
  const resolve = (_root: unknown, args: unknown) => {
    calls.push(args);
    if (result instanceof Error) throw result;
    return result;
  };
  const fields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
  for (const [name, field] of Object.entries(fields)) if (name !== "plain") field.resolve = resolve;
  return { schema, calls };
}

function compile({ schema }: Scene, text: string, operationName?: string): Operation | undefined {
  const document = parse(text);
  assertEquals(validate(schema, document), [], text);
  return compileOperation({ schema, document, operationName, maskError: (error) => error as GraphQLError });
}

async function run(made: Scene, text: string, variables: Record<string, unknown> = {}) {
  const operation = compile(made, text);
  assert(operation, text);
  const args = operation.argumentsFrom(variables);
  return args && await operation.execute(args, { authorization: undefined });
}

function plain(result: ExecutionResult | undefined): unknown {
  return JSON.parse(JSON.stringify(result));
}

Deno.test("compileOperation() takes one root field with plain fields of its result", async () => {
  const made = scene();
  const text = "mutation($n: [String!]!) { mine: vote(names: $n) { __typename sum: totals code } }";
  assertEquals(plain(await run(made, text, { n: ["Ada"] })), {
    data: { mine: { __typename: "Result", sum: [1, 2], code: "ACCEPTED" } },
  });
  assertEquals(made.calls, [{ names: ["Ada"] }]);
});

Deno.test("compileOperation() takes lists of objects, and places what is not of its type by its index", async () => {
  const place = (name: unknown, seats: unknown[] = [1]) => ({ name, seats, next: [] as unknown[] });
  const text = "mutation { m: vote(names: []) { at: places { name next { n: name seats } } } }";
  const nested = (inner: unknown) => ({ places: [place("a"), { ...place("b"), next: [place("c"), inner] }] });
  assertEquals(plain(await run(scene(nested(place("d"))), text)), {
    data: {
      m: {
        at: [{ name: "a", next: [] }, { name: "b", next: [{ n: "c", seats: [1] }, { n: "d", seats: [1] }] }],
      },
    },
  });
  for (
    const [wrong, path] of [[place(null), ["n"]], [place("d", [1, 1.5]), ["seats", 1]], [
      undefined,
      [],
    ]] as const
  ) {
    const result = await run(scene(nested(wrong)), text);
    assertEquals([result?.data, result?.errors?.[0]?.path], [null, ["m", "at", 1, "next", 1, ...path]]);
  }
});

Deno.test("compileOperation() leaves every other shape alone", () => {
  for (
    const text of [
      "{ maybe }",
      "{ plain }",
      '{ total(name: "a") more: total(name: "b") }',
      '{ total(name: "a") @include(if: true) }',
      '{ ...All } fragment All on Query { total(name: "a") }',
      '{ ... { total(name: "a") } }',
      "{ __typename }",
      "{ __schema { description } }",
      '{ __proto__: total(name: "a") }',
      "query($__proto__: String!) { total(name: $__proto__) }",
      "mutation { vote(names: []) { note } }",
      "mutation { vote(names: []) { code @skip(if: false) } }",
      "mutation { vote(names: []) { ... on Result { code } } }",
      "mutation { vote(names: []) { __proto__: code } }",
      "mutation { vote(names: []) { shown(by: 1) } }",
      "mutation { vote(names: []) { nested { note } } }",
      "mutation { vote(names: []) { code code } }",
    ]
  ) assertEquals(compile(scene(), text), undefined, text);
});

Deno.test("compileOperation() finds the operation that is named, and none that is not there", () => {
  const text = 'query A { total(name: "a") } query B { total(name: "b") }';
  assert(compile(scene(), text, "A"));
  for (const name of [undefined, "", "C", "toString"]) assertEquals(compile(scene(), text, name), undefined);
});

Deno.test("argumentsFrom() coerces as the schema says: lists, absent, null, defaults", async () => {
  const made = scene(7);
  const total = "query($name: String!, $scale: Int) { total(name: $name, scale: $scale) }";
  await run(made, total, { name: "Ada" });
  await run(made, total, { name: "Ada", scale: null, toString: "extra" });
  await run(made, 'query($name: String = "Bo", $scale: Int! = 3) { total(name: $name, scale: $scale) }');
  await run(made, 'mutation($note: String) { vote(names: "one", note: $note) { code } }');
  await run(made, "mutation($n: [String!]!) { vote(names: $n) { code } }", { n: "one" });
  await run(made, 'mutation($a: String!) { vote(names: [$a, "b"]) { code } }', { a: "a" });
  assertEquals(made.calls, [
    { name: "Ada", scale: 1 },
    { name: "Ada", scale: null },
    { name: "Bo", scale: 3 },
    { names: ["one"] },
    { names: ["one"] },
    { names: ["a", "b"] },
  ]);
});

Deno.test("argumentsFrom() takes no variables that break the schema, and nothing is resolved", async () => {
  const made = scene(7);
  for (const name of [undefined, null, 1, true, {}, ["a"]]) {
    const variables = name === undefined ? {} : { name };
    assertEquals(await run(made, "query($name: String!) { total(name: $name) }", variables), undefined);
  }
  assertEquals(await run(made, 'query($s: Int) { total(name: "a", scale: $s) }', { s: 1.5 }), undefined);
  assertEquals(await run(made, 'query($s: Int) { total(name: "a", scale: $s) }', { s: 2 ** 31 }), undefined);
  // Valid by its default, and null all the same.
  const nulled = 'query($name: String = "Bo") { total(name: $name) }';
  assertEquals(await run(made, nulled, { name: null }), undefined);
  assertEquals(made.calls, []);
});

Deno.test("execute() places an error at the field that failed and lets it take the data", async () => {
  const thrown = new GraphQLError("closed", { extensions: { code: "NOT_READY" } });
  const result = await run(scene(thrown), '{ mine: total(name: "a") }');
  assertEquals(plain(result), {
    data: null,
    errors: [{
      message: "closed",
      locations: [{ line: 1, column: 3 }],
      path: ["mine"],
      extensions: { code: "NOT_READY" },
    }],
  });
  const [error] = result?.errors ?? [];
  assertStrictEquals(error?.originalError, thrown);
});

Deno.test("execute() does not answer what is not of its type", async () => {
  const wrong = await run(
    scene({ code: "ACCEPTED", totals: [1, 2 ** 31] }),
    "mutation { vote(names: []) { t: totals } }",
  );
  assertEquals([wrong?.data, wrong?.errors?.[0]?.path], [null, ["vote", "t", 1]]);
  assertEquals((await run(scene({ code: "NONE" }), "mutation { vote(names: []) { code } }"))?.data, null);
});
