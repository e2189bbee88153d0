import { assert, assertEquals } from "@std/assert";
import { buildSchema, Lexer, parse, Source, TokenKind, validate } from "graphql";
import { TOKENS_MAX } from "./document_limits.ts";
import { GRAPHIQL_OPTIONS, renderGraphiqlPage } from "./graphiql_page.ts";
import typeDefs from "./schema.graphql" with { type: "text" };

const CONTENT = /<(script|style)>[\s\S]*?<\/\1>/g;
/** What takes something from elsewhere, in HTML, CSS and JavaScript. */
const LOADS = [
  /\bsrc\s*=\s*["']?(?!data:)\w/,
  /\bhref\s*=\s*["']?(?!data:)\w/,
  /url\(\s*["']?(?!data:|#)[\w/]/,
  /@import/,
];
const SCRIPT_LOADS = [
  /\bimport\s*\(\s*["'`](https?:)?\/\//,
  /\bfrom\s*["'`](https?:)?\/\//,
  /importScripts\s*\(\s*["'`](https?:)?\/\//,
  /new (Shared)?Worker\s*\(\s*["'`](https?:)?\/\//,
  /\bfetch\s*\(\s*["'`](https?:)?\/\//,
  /unpkg\.com|esm\.sh|jsdelivr|cdnjs|skypack|googleapis/,
];

Deno.test("the page of GraphiQL loads nothing from elsewhere", async () => {
  const page = String(await renderGraphiqlPage(GRAPHIQL_OPTIONS));
  assert(page.includes("YogaGraphiQL"), "the page holds GraphiQL itself");
  const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]);
  assert(styles.length > 0);
  for (const markup of [page.replaceAll(CONTENT, ""), ...styles]) {
    for (const pattern of LOADS) assertEquals(pattern.exec(markup ?? "")?.[0], undefined, `${pattern}`);
  }
  for (const pattern of SCRIPT_LOADS) assertEquals(pattern.exec(page)?.[0], undefined, `${pattern}`);
});

Deno.test("each example of GraphiQL is a document that the API takes", () => {
  const schema = buildSchema(typeDefs);
  for (const { query, variables } of GRAPHIQL_OPTIONS.defaultTabs ?? []) {
    assertEquals(validate(schema, parse(query ?? "")), []);
    assert(tokenCount(query ?? "") <= TOKENS_MAX);
    JSON.parse(variables ?? "{}");
  }
});

Deno.test("the examples of GraphiQL show every field that can be asked", () => {
  const { Query, Mutation, Subscription } = buildSchema(typeDefs).getTypeMap();
  const examples = GRAPHIQL_OPTIONS.defaultTabs?.map(({ query }) => query).join("\n") ?? "";
  for (const type of [Query, Mutation, Subscription]) {
    if (!type || !("getFields" in type)) continue;
    const missing = Object.keys(type.getFields()).filter((field) =>
      !new RegExp(`\\b${field}\\b`).test(examples)
    );
    assertEquals(missing, []);
  }
});

function tokenCount(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}
