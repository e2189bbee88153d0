import { assert, assertEquals } from "@std/assert";
import { exchange } from "./graphql/testing/raw_exchange.ts";
import { readAnswer, VOTE_DOCUMENT } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";

const JSON_HEADERS = { "content-type": "application/json" };

/** The URL of a GET that asks for a document. */
function getUrl({ client }: ApiWorld, parameters: Record<string, string>): URL {
  const url = new URL(client.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

async function get(api: ApiWorld, parameters: Record<string, string>) {
  return await readAnswer(await fetch(getUrl(api, parameters)));
}

async function voteBody(api: ApiWorld): Promise<string> {
  const variables = { usernames: ["Ada"], voteCount: [1], ticket: await api.mint() };
  return JSON.stringify({ query: VOTE_DOCUMENT, variables });
}

Deno.test("GET /graphql answers a query, with its variables in the URL", async () => {
  await using api = await createApiWorld();
  const answer = await get(api, {
    query: "query($name: String!) { query(username: $name) }",
    variables: JSON.stringify({ name: "Ada" }),
  });
  assertEquals([answer.status, answer.data], [200, { query: 0 }]);
});

Deno.test("GET /graphql refuses a mutation with 405 and counts nothing", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const before = await api.snapshot();
  const variables = JSON.stringify({ usernames: ["Ada"], voteCount: [1], ticket });
  const response = await fetch(getUrl(api, { query: VOTE_DOCUMENT, variables }));
  const { status, errors } = await readAnswer(response);
  assertEquals([status, errors[0]?.extensions?.code], [405, "BAD_REQUEST"]);
  assertEquals(response.headers.get("allow"), "POST");
  assertEquals(await api.snapshot(), before);
});

Deno.test("GET /graphql refuses variables that are not JSON as the client's mistake", async () => {
  await using api = await createApiWorld();
  const { status, errors } = await get(api, { query: "{ __typename }", variables: "{" });
  assertEquals([status, errors[0]?.extensions?.code], [400, "BAD_REQUEST"]);
  assert(!api.world.log.has("request_failed"));
});

Deno.test("POST /graphql refuses every type that another site can send by a visitor's browser", async () => {
  await using api = await createApiWorld();
  const body = await voteBody(api);
  const before = await api.snapshot();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    const answer = await api.client.send({ method: "POST", headers: { "content-type": type }, body });
    assertEquals([answer.status, answer.errors[0]?.extensions?.code], [415, "UNSUPPORTED_MEDIA_TYPE"], type);
  }
  const form = new URLSearchParams(JSON.parse(body));
  assertEquals((await api.client.send({ method: "POST", body: form })).status, 415);
  const untyped = new TextEncoder().encode(body);
  assertEquals((await api.client.send({ method: "POST", body: untyped })).status, 415);
  assertEquals(await api.snapshot(), before);
});

Deno.test("POST /graphql refuses a vote whose client could not read the answer, and counts nothing", async () => {
  await using api = await createApiWorld();
  const body = await voteBody(api);
  const before = await api.snapshot();
  for (const accept of ["text/html", "multipart/mixed"]) {
    const answer = await api.client.send({ method: "POST", headers: { ...JSON_HEADERS, accept }, body });
    assertEquals([answer.status, answer.errors[0]?.extensions?.code], [406, "NOT_ACCEPTABLE"], accept);
  }
  assertEquals(await api.snapshot(), before);
});

Deno.test("POST /graphql answers in the media type that the client prefers", async () => {
  await using api = await createApiWorld();
  for (const type of ["application/json", "application/graphql-response+json"]) {
    const response = await fetch(api.client.url, {
      method: "POST",
      headers: { ...JSON_HEADERS, accept: type },
      body: '{"query":"{ __typename }"}',
    });
    assertEquals(response.headers.get("content-type"), `${type}; charset=utf-8`);
    assertEquals(await response.json(), { data: { __typename: "Query" } });
  }
});

Deno.test("POST /graphql says what is wrong with a request, with a code and without its inside", async () => {
  await using api = await createApiWorld();
  const wrong: [body: string, code: string][] = [
    ["{", "BAD_REQUEST"],
    ["[]", "BAD_REQUEST"],
    ['[{"query":"{ __typename }"}]', "BAD_REQUEST"],
    ["{}", "BAD_REQUEST"],
    ['{"query":7}', "BAD_REQUEST"],
    ['{"query":"{"}', "GRAPHQL_PARSE_FAILED"],
    ['{"query":"{ nothing }"}', "GRAPHQL_VALIDATION_FAILED"],
    ['{"query":"query($name: String!) { query(username: $name) }"}', "BAD_USER_INPUT"],
    ['{"query":"query A { __typename } query B { __typename }"}', "OPERATION_RESOLUTION_FAILURE"],
  ];
  for (const [body, code] of wrong) {
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const answer = await api.client.send({ method: "POST", headers: { ...JSON_HEADERS, accept }, body });
      assertEquals(answer.errors.map(({ extensions }) => extensions), [{ code }], `${body} ${answer.text}`);
      assertEquals(answer.data, undefined);
      if (accept !== "application/json") assertEquals(answer.status, 400, body);
    }
  }
  assert(!api.world.log.has("request_failed"));
});

Deno.test("POST /graphql refuses a body past the bound, announced or not", async () => {
  await using api = await createApiWorld();
  const body = JSON.stringify({ query: `{ __typename } # ${"x".repeat(70_000)}` });
  const announced = await api.client.send({ method: "POST", headers: JSON_HEADERS, body });
  assertEquals([announced.status, announced.errors[0]?.extensions?.code], [413, "REQUEST_ENTITY_TOO_LARGE"]);
  const streamed = await api.client.send({
    method: "POST",
    headers: JSON_HEADERS,
    body: new Blob([body]).stream(),
  });
  assertEquals([streamed.status, streamed.errors[0]?.extensions?.code], [413, "REQUEST_ENTITY_TOO_LARGE"]);
});

Deno.test("/graphql refuses other methods with 405", async () => {
  await using api = await createApiWorld();
  for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const response = await fetch(api.client.url, { method });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, POST"], method);
    assertEquals(response.headers.get("access-control-allow-origin"), null);
    await response.body?.cancel();
  }
});

Deno.test("every path but /graphql and those of the page is a 404 in JSON", async () => {
  await using api = await createApiWorld();
  for (
    const path of [
      "/graphql/",
      "/web/",
      "/web/page.html",
      "/graphqlx",
      "/x/graphql",
      "/health",
      "/favicon.ico",
    ]
  ) {
    const response = await fetch(new URL(path, api.client.url), { headers: { accept: "text/html" } });
    assertEquals(response.headers.get("content-type"), "application/json");
    const { status, errors } = await readAnswer(response);
    assertEquals([status, errors[0]?.extensions?.code], [404, "NOT_FOUND"], path);
  }
});

Deno.test("GET / is the page, which its browser asks for again by its tag", async () => {
  await using api = await createApiWorld();
  const origin = new URL("/", api.client.url);
  const page = await fetch(origin);
  assertEquals([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  assert((await page.text()).startsWith("<!DOCTYPE html>"));
  const etag = page.headers.get("etag") ?? "";
  const again = await fetch(origin, { headers: { "if-none-match": etag } });
  assertEquals([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  const head = await fetch(origin, { method: "HEAD" });
  assertEquals([head.status, await head.text(), head.headers.get("etag")], [200, "", etag]);
  for (const method of ["POST", "PUT", "OPTIONS"]) {
    const refused = await fetch(origin, { method });
    assertEquals([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"], method);
    assertEquals((await readAnswer(refused)).errors[0]?.extensions?.code, "METHOD_NOT_ALLOWED");
  }
});

Deno.test("CAST_WEB=off leaves no page", async () => {
  await using api = await createApiWorld({ settings: { CAST_WEB: "off" } });
  for (const path of ["/", "/web/main.js"]) {
    const { status, errors } = await readAnswer(await fetch(new URL(path, api.client.url)));
    assertEquals([status, errors[0]?.extensions?.code], [404, "NOT_FOUND"], path);
  }
});

Deno.test("a target that makes no URL is a 404, and nothing breaks", async () => {
  await using api = await createApiWorld();
  const { status, body } = await exchange(Number(api.client.url.port), {
    target: "http://a:b/graphql",
    body: "{}",
  });
  assertEquals([status, JSON.parse(body).errors[0].extensions.code], [404, "NOT_FOUND"]);
});

Deno.test("GET /graphql shows a browser no page", async () => {
  await using api = await createApiWorld();
  const response = await fetch(api.client.url, { headers: { accept: "text/html,*/*;q=0.8" } });
  assert(response.headers.get("content-type")?.includes("json"));
  assertEquals((await readAnswer(response)).errors[0]?.extensions?.code, "BAD_REQUEST");
});
