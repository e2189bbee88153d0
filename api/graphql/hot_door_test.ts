import { assertEquals } from "@std/assert";
import { buildSchema, type GraphQLError, parse } from "graphql";
import { createHotDoor } from "./hot_door.ts";
import { createKnownOperations } from "./known_operations.ts";

const URL_TEXT = "http://cast.test/graphql";
const TEXT = "query Total($name: String!) { total(name: $name) }";
const ASKED = { query: TEXT, variables: { name: "Ada" } };

interface Scene {
  /** Resolves with the answer of the hot door, or with "next" when it handed the request on. */
  readonly ask: (body: string, init?: RequestInit) => Promise<string>;
  /** Bodies of what was handed on. */
  readonly handedOn: string[];
}

function scene(): Scene {
  const schema = buildSchema("type Query { total(name: String!): Int! }");
  const field = schema.getQueryType()?.getFields()["total"];
  if (field) field.resolve = (_root, { name }) => name.length;
  const known = createKnownOperations();
  const maskError = (error: unknown) => error as GraphQLError;
  known.learn(TEXT, { schema, document: parse(TEXT), operationName: undefined, maskError });
  const handedOn: string[] = [];
  const door = createHotDoor({
    known,
    async next(request) {
      handedOn.push(await request.text());
      return new Response("next");
    },
  });
  return {
    handedOn,
    async ask(body, init = {}) {
      const headers = { "content-length": String(new TextEncoder().encode(body).length), ...init.headers };
      const request = new Request(URL_TEXT, { method: "POST", body, ...init, headers });
      return await (await door(request, "application/json")).text();
    },
  };
}

Deno.test("the hot door answers a known operation itself", async () => {
  const { ask, handedOn } = scene();
  const answer = '{"data":{"total":3}}';
  assertEquals(await ask(JSON.stringify(ASKED)), answer);
  assertEquals(await ask(JSON.stringify({ ...ASKED, operationName: null })), answer);
  assertEquals(await ask(JSON.stringify({ ...ASKED, extensions: { clientLibrary: {} } })), answer);
  assertEquals(handedOn, []);
});

Deno.test("the hot door hands on what it does not know, and what is not to the letter, as it came", async () => {
  const { ask, handedOn } = scene();
  const bodies = [
    { ...ASKED, query: `${TEXT} ` },
    { ...ASKED, operationName: "Total" },
    { ...ASKED, operationName: "" },
    { ...ASKED, operationName: 1 },
    { ...ASKED, variables: {} },
    { ...ASKED, variables: { name: null } },
    { ...ASKED, variables: [] },
    { ...ASKED, variables: "{}" },
    { ...ASKED, extensions: [] },
    { ...ASKED, more: null },
    { variables: {} },
    [ASKED],
    null,
    "text",
  ].map((body) => JSON.stringify(body));
  const broken = ["", "{", `${JSON.stringify(ASKED)},`, '{"query":"\\ud800"}', `${" ".repeat(20_480)}{}`];
  for (const body of [...bodies, ...broken]) assertEquals(await ask(body), "next", body);
  assertEquals(handedOn, [...bodies, ...broken]);
});

Deno.test("the hot door reads no body whose length it does not know", async () => {
  const { ask, handedOn } = scene();
  for (const length of ["", "x", "-1", "1, 2", "20481"]) {
    await ask(JSON.stringify(ASKED), { headers: { "content-length": length } });
  }
  const streamed = ReadableStream.from([new TextEncoder().encode(JSON.stringify(ASKED))]);
  await ask("", { body: streamed, headers: { "content-length": "" } });
  assertEquals(handedOn, Array(6).fill(JSON.stringify(ASKED)));
});

Deno.test("the hot door hands on nothing of a body that broke off", async () => {
  const { ask, handedOn } = scene();
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  assertEquals(await ask("", { body: broken }), "next");
  assertEquals(handedOn, [""]);
});
