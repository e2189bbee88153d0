import { assertEquals } from "@std/assert";
import released from "../../api/graphql/schema.released.graphql" with { type: "text" };
import present from "../../api/graphql/schema.graphql" with { type: "text" };
import { findSchemaBreaks } from "./schema_changes.ts";

function breaksOf(from: string, to: string): string[] {
  const changed = released.replace(from, to);
  assertEquals(changed === released, false, `the released schema has "${from}"`);
  return findSchemaBreaks({ released, present: changed }).map((line) => line.split(":")[0] ?? "");
}

Deno.test("schema.graphql breaks nothing that was released", () => {
  assertEquals(findSchemaBreaks({ released, present }), []);
});

Deno.test("findSchemaBreaks() refuses a field, an argument, a type or a value that is gone or another", () => {
  assertEquals(breaksOf("  cas: TicketInfo!", "  cash: TicketInfo!"), ["FIELD_REMOVED"]);
  assertEquals(breaksOf("  remainingUsage: Int!", "  remainingUsage: Int"), ["FIELD_CHANGED_KIND"]);
  assertEquals(breaksOf("    requestId: ID\n", "    requestId: ID!\n"), ["ARG_CHANGED_KIND"]);
  assertEquals(breaksOf("    voterUsername: String\n", "    voter: String\n"), ["ARG_REMOVED"]);
  assertEquals(breaksOf("    ticket: String!\n", "    ticket: String!\n    pin: Int!\n"), [
    "REQUIRED_ARG_ADDED",
  ]);
  assertEquals(breaksOf("  POLL_CLOSED\n", "  POLL_SHUT\n"), ["VALUE_REMOVED_FROM_ENUM"]);
});

Deno.test("findSchemaBreaks() lets a schema grow where clients notice nothing", () => {
  assertEquals(breaksOf("  cas: TicketInfo!", "  cas: TicketInfo!\n  more: Int"), []);
  assertEquals(breaksOf("    requestId: ID\n", "    requestId: ID\n    note: String\n"), []);
  assertEquals(breaksOf("  POLL_CLOSED\n", "  POLL_CLOSED\n  POLL_PAUSED\n"), []);
});

Deno.test("findSchemaBreaks() refuses a new value of an enum that was not said to grow", () => {
  const enumOf = (values: string) => `"Sizes." enum Size { ${values} } type Query { size: Size }`;
  assertEquals(findSchemaBreaks({ released: enumOf("S M"), present: enumOf("S M L") }).length, 1);
});
