import { assertEquals, assertStringIncludes } from "@std/assert";
import { createPaint } from "./paint.ts";
import { prettyLine } from "./pretty_line.ts";

const TIME = "2026-11-28T17:03:12.345Z";

function pretty(record: unknown, isColoured = false): string | undefined {
  const line = typeof record === "string" ? record : JSON.stringify(record);
  return prettyLine(line, { program: "api", nameWidth: 5, paint: createPaint(isColoured) });
}

Deno.test("prettyLine() gives time, program, level, event and fields in that order", () => {
  const record = { level: "info", time: TIME, program: "api", shard: 0, kind: "kept", event: "shard_opened" };
  assertEquals(pretty(record), "17:03:12.345 api   INFO  shard_opened shard=0 kind=kept");
});

Deno.test("prettyLine() keeps fields apart, and shortens what nobody reads to its end", () => {
  const record = {
    level: "warn",
    time: TIME,
    event: "x",
    text: "two words",
    list: [1, 2],
    id: "a".repeat(40),
  };
  assertEquals(pretty(record), '17:03:12.345 api   WARN  x text="two words" list=[1,2] id=aaaaaaaa…');
});

Deno.test("prettyLine() tells an error by message, code and cause, without its stack", () => {
  const cause = { type: "Error", message: "connect ECONNREFUSED", code: "ECONNREFUSED", stack: "at …" };
  const error = { type: "Error", message: "Read", code: "R1", stack: "Error: Read\n  at …", causes: [cause] };
  assertEquals(
    pretty({ level: "error", time: TIME, error, event: "read_failed" }),
    "17:03:12.345 api   ERROR read_failed Read (R1): connect ECONNREFUSED",
  );
  assertEquals(
    pretty({ level: "error", time: TIME, error: "text", event: "f" }),
    "17:03:12.345 api   ERROR f text",
  );
});

Deno.test("prettyLine() makes errors, and what is no log line, stand out", () => {
  const line = pretty({ level: "error", time: TIME, error: { message: "No" }, event: "vote_failed" }, true);
  assertStringIncludes(line ?? "", "\x1b[31mERROR\x1b[39m \x1b[1mvote_failed\x1b[22m \x1b[31mNo\x1b[39m");
  assertEquals(
    pretty("error: Uncaught (in promise)", true),
    "api   \x1b[31merror: Uncaught (in promise)\x1b[39m",
  );
  assertEquals(pretty("[1]"), "api   [1]");
  assertEquals(pretty("  "), undefined);
});

Deno.test("prettyLine() leaves a library's chatter to the log file, but not its complaints", () => {
  assertEquals(pretty({ level: "info", time: TIME, event: "kafka_reported" }), undefined);
  assertStringIncludes(
    pretty({ level: "warn", time: TIME, event: "kafka_reported" }) ?? "",
    "kafka_reported",
  );
});

Deno.test("prettyLine() is one line of bounded length without control characters, whatever was logged", () => {
  const evil = "\x1b[2J\n\r\x07" + "x".repeat(10_000);
  const records = [evil, { level: evil, event: evil, [evil]: evil, error: { message: evil } }];
  for (const record of records) {
    const line = pretty(record) ?? "";
    assertEquals(/\p{Cc}/u.test(line), false);
    assertEquals(line.length < 2_000, true, `${line.length}`);
  }
});
