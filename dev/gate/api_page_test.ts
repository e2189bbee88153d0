/** docs/api.md leaves nothing out that a client may meet. */
import { assertEquals } from "@std/assert";
import { buildSchema, isEnumType, isIntrospectionType, isObjectType } from "graphql";
import typeDefs from "../../api/graphql/schema.graphql" with { type: "text" };

const ROOT = new URL("../../", import.meta.url);
/** Where codes of errors are written down; graphql-yoga and graphql-armor bring those of GraphQL itself. */
const CODE_FILES = [
  "api/content_rules.ts",
  "api/entrance.ts",
  "api/hardening/body_reader.ts",
  "api/live/stream_door.ts",
  "api/graphql/errors.ts",
];
const CODES_OF_GRAPHQL = [
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_REQUEST",
];

const page = await Deno.readTextFile(new URL("docs/api.md", ROOT));

function missing(words: Iterable<string>): string[] {
  return [...new Set(words)].filter((word) => !new RegExp(`\\b${word}\\b`).test(page));
}

Deno.test("docs/api.md names every field, argument and code of the schema", () => {
  const types = Object.values(buildSchema(typeDefs).getTypeMap()).filter((type) =>
    !isIntrospectionType(type)
  );
  const roots = types.filter(isObjectType).filter(({ name }) => /^(Query|Mutation|Subscription)$/.test(name));
  const fields = roots.flatMap((type) => Object.values(type.getFields()));
  assertEquals(missing(fields.flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)])), []);
  assertEquals(
    missing(types.filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => name))),
    [],
  );
});

Deno.test("docs/api.md names every code of an error", async () => {
  const sources = await Promise.all(CODE_FILES.map((file) => Deno.readTextFile(new URL(file, ROOT))));
  const codes = sources.flatMap((text) => [...text.matchAll(/code: "([A-Z_]+)"|\| "([A-Z_]+)"/g)])
    .map((match) => match[1] ?? match[2] ?? "");
  assertEquals(codes.length > CODE_FILES.length, true);
  assertEquals(missing([...codes, ...CODES_OF_GRAPHQL]), []);
});
