import { assertEquals } from "@std/assert";
import { buildSchema, type GraphQLError, parse } from "graphql";
import { createHotDoor } from "./hot_door.ts";
import { createKnownOperations } from "./known_operations.ts";

const URL_TEXT = "http://cast.test/graphql";
const TEXT = "query Total($name: String!) { total(name: $name) }";
const ASKED = { query: TEXT, variables: { name: "Ada" } };

interface Scene {
  /** Resolves with the answer of the hot door, or with "next" when it handed the request on. */
  readonly ask: (body: string, method?: string) => Promise<string>;
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
    async ask(body, method = "POST") {
      const request = new Request(URL_TEXT, { method });
      const bytes = method === "POST" ? new TextEncoder().encode(body) : undefined;
      return await (await door({
        request,
        body: bytes,
        answerType: "application/json",
        connection: undefined,
      })).text();
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

Deno.test("the hot door hands on whatever is no POST", async () => {
  const { ask, handedOn } = scene();
  for (const method of ["GET", "PUT"]) assertEquals(await ask(JSON.stringify(ASKED), method), "next");
  assertEquals(handedOn, ["", ""]);
});
