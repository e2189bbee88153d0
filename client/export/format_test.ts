import { assertEquals } from "@std/assert";
import type { Column } from "./columns.ts";
import { createFormat } from "./format.ts";

const COLUMNS: readonly Column[] = ["vote_id", "version", "usernames", "counts", "repeat_of"]
  .map((name) => ({ name, source: name, sql: name }));

const row = (usernames: readonly string[], fields: Readonly<Record<string, unknown>> = {}) => ({
  vote_id: "v",
  version: "7",
  usernames,
  counts: usernames.map((_, index) => index + 1),
  repeat_of: null,
  ...fields,
});

Deno.test("CSV has a line for each name of a vote, and quotes what RFC 4180 wants quoted", () => {
  const { head, format } = createFormat("csv", { columns: COLUMNS, forSpreadsheet: false });
  assertEquals(head, "vote_id,version,username,votes,repeat_of\r\n");
  assertEquals(format(row(["ada", 'a "b"'])), 'v,7,ada,1,\r\nv,7,"a ""b""",2,\r\n');
  assertEquals(format(row(["a,b"])), 'v,7,"a,b",1,\r\n');
  assertEquals(format(row(["a\r\nb"])), 'v,7,"a\r\nb",1,\r\n');
});

Deno.test("CSV keeps names as they are, and disarms formulas for a spreadsheet when asked to", () => {
  const plain = createFormat("csv", { columns: COLUMNS, forSpreadsheet: false });
  const harmless = createFormat("csv", { columns: COLUMNS, forSpreadsheet: true });
  for (const name of ["=1+1", "+1", "-1", "@SUM(A1)"]) {
    assertEquals(plain.format(row([name])), `v,7,${name},1,\r\n`);
    assertEquals(harmless.format(row([name])), `v,7,'${name},1,\r\n`);
  }
  assertEquals(harmless.format(row(['=A("x")'])), `v,7,"'=A(""x"")",1,\r\n`);
});

Deno.test("NDJSON has one object a vote, and numbers only where they are exact", () => {
  const { head, format } = createFormat("ndjson", { columns: COLUMNS, forSpreadsheet: false });
  assertEquals(head, "");
  const line = format(row(["a\nb", "c"], { version: "9007199254740993" }));
  assertEquals(line.endsWith("\n") && line.split("\n").length === 2, true);
  assertEquals(JSON.parse(line), {
    ...{ vote_id: "v", version: "9007199254740993" },
    ...{ usernames: ["a\nb", "c"], counts: [1, 2], repeat_of: null },
  });
  assertEquals(JSON.parse(format(row(["a"]))).version, 7);
});
