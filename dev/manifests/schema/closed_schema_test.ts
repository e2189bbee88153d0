import { assertEquals } from "@std/assert";
import { closedResourceSchema, type Schema } from "./closed_schema.ts";

/** What became of `spec`. */
function closedSpec(spec: Schema): Schema {
  const { properties } = closedResourceSchema({ type: "object", properties: { spec } });
  return (properties as Record<string, Schema>)["spec"] ?? {};
}

Deno.test("closedResourceSchema() refuses unknown fields at every depth", () => {
  const inner = { type: "object", properties: { a: { type: "string" } } };
  const closed = { ...inner, additionalProperties: false };
  assertEquals(closedSpec({ type: "object", properties: { list: { type: "array", items: inner } } }), {
    type: "object",
    additionalProperties: false,
    properties: { list: { type: "array", items: closed } },
  });
});

Deno.test("closedResourceSchema() leaves open what its author left open", () => {
  const map = { type: "object", additionalProperties: { type: "string" } };
  assertEquals(closedSpec(map), map);
  const any = { type: "object", properties: {}, "x-kubernetes-preserve-unknown-fields": true };
  assertEquals(closedSpec(any), any);
});

Deno.test("closedResourceSchema() reads the server's own words", () => {
  const port = { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] };
  assertEquals(closedSpec(port)["type"], ["integer", "string"]);
  assertEquals(
    closedSpec({ type: "string", pattern: "^(?i)(abort|warn)?$" })["pattern"],
    "^(?i:(abort|warn)?$)",
  );
});
