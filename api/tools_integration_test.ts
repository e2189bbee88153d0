/** CAST_GRAPHQL_TOOLS: what developers get that production does not, and what clients ask of both. */
import { assert, assertEquals } from "@std/assert";
import { getIntrospectionQuery } from "graphql";
import { permissionFlags } from "../shared/config/permissions.ts";
import { apiSettings } from "./config.ts";
import { createApiWorld, TEST_KEYS } from "./testing/api_world.ts";
import { startProgram } from "./testing/program_process.ts";
import { createWorld } from "../shared/testing/world.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const MISSPELT = [
  "{ cass { ticket } }",
  "{ cas { tickets } }",
  '{ query(usernam: "a") }',
  "query($a: Strin) { cas { ticket } }",
];

Deno.test("production tells nothing of the schema: no introspection, no GraphiQL, no suggestions", async () => {
  await using api = await createApiWorld();
  for (const document of [getIntrospectionQuery(), '{ __type(name: "Query") { name } }']) {
    const { data, errors } = await api.client.ask(document);
    assertEquals([data, errors[0]?.extensions?.code], [undefined, "GRAPHQL_VALIDATION_FAILED"]);
  }
  for (const document of MISSPELT) {
    const { text } = await api.client.ask(document);
    assert(!text.includes("Did you mean"), text);
  }
  const page = await fetch(api.client.url, { headers: BROWSER });
  assert(page.headers.get("content-type")?.includes("json"));
  await page.body?.cancel();
  assertEquals((await api.client.ask("{ __typename }")).data, { __typename: "Query" });
});

Deno.test("for developers there are introspection, GraphiQL and suggestions", async () => {
  await using api = await createApiWorld({ settings: { CAST_GRAPHQL_TOOLS: "on" } });
  const { data, errors } = await api.client.ask(getIntrospectionQuery());
  const { mutationType } = data?.["__schema"] as { mutationType: { name: string } };
  assertEquals([errors, mutationType.name], [[], "Mutation"]);
  for (const document of MISSPELT) {
    const { text } = await api.client.ask(document);
    assert(text.includes("Did you mean"), text);
  }
  const page = await fetch(api.client.url, { headers: BROWSER });
  assertEquals([page.status, page.headers.get("content-type")], [200, "text/html"]);
  assert((await page.text()).includes("GraphiQL"));
});

Deno.test("the program serves GraphiQL with the permissions of its settings: it reads no file for it", async () => {
  await using world = await createWorld();
  const environment = {
    ...world.environment(),
    CAST_TICKET_KEYS: TEST_KEYS,
    CAST_API_PORT: "0",
    CAST_OPS_PORT: "0",
    CAST_GRAPHQL_TOOLS: "on",
  };
  const main = new URL("./main.ts", import.meta.url).href;
  await using program = startProgram({
    args: ["run", "--frozen", ...permissionFlags(apiSettings, environment), main],
    environment,
  });
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  const page = await fetch(`http://127.0.0.1:${port}/graphql`, { headers: BROWSER });
  assertEquals(page.status, 200);
  assert((await page.text()).includes("CAST GraphiQL"));
});

Deno.test("a reader that is not ready is told by status and Retry-After, where the media type lets the status speak", async () => {
  await using api = await createApiWorld({ open: false });
  // Each twice: at first sight graphql-yoga answers, then the hot door.
  for (const query of ["{ cas { ticket } }", "{ cas { ticket } }"]) {
    for (
      const [accept, status] of [["application/json", 200], [
        "application/graphql-response+json",
        503,
      ]] as const
    ) {
      const response = await fetch(api.client.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept },
        body: JSON.stringify({ query }),
      });
      const answer = await response.json();
      assertEquals([response.status, response.headers.get("retry-after")], [status, "1"]);
      assertEquals([answer.errors[0].extensions, "data" in answer], [{ code: "NOT_READY" }, status === 200]);
    }
  }
});

Deno.test("a vote that is refused as NOT_READY is data with status 200 in every media type", async () => {
  await using api = await createApiWorld({ open: false });
  const query = 'mutation { vote(usernames: ["Ada"], voteCount: [1], ticket: "@") { code } }';
  const ticket = await createApiWorld().then(async (other) => {
    await using _ = other;
    return await other.mint();
  });
  for (let sight = 0; sight < 2; sight++) {
    const response = await fetch(api.client.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: query.replace("@", ticket) }),
    });
    assertEquals([response.status, response.headers.get("retry-after")], [200, null]);
    assertEquals(await response.json(), { data: { vote: { code: "NOT_READY" } } });
  }
});
