import { assertEquals, assertStringIncludes } from "@std/assert";
import { guide, links } from "./guide.ts";

const API = "http://127.0.0.1:8001";

Deno.test("guide() names the API's own port in every line that is pasted", () => {
  const text = guide(API);
  assertEquals(text.split("curl").length - 1, text.split(`curl -s ${API}/graphql`).length - 1);
  assertStringIncludes(text, "npx -y deno task part kill vote-persister");
});

Deno.test("links() names what there is to look at", () => {
  const [page, graphiql] = [{ label: "page", url: `${API}/` }, { label: "GraphiQL", url: `${API}/graphql` }];
  assertEquals(links(API, { CAST_GRAPHQL_TOOLS: "on" }), [page, graphiql]);
  assertEquals(links(API, { CAST_GRAPHQL_TOOLS: "off" }), [page]);
  assertEquals(links(API, { CAST_GRAPHQL_TOOLS: "on", CAST_WEB: "off" }), [graphiql]);
});
