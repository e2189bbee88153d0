import { assertEquals } from "@std/assert";
import { shownLine } from "./log_line.ts";

Deno.test("shownLine() hides what is below a warning", () => {
  for (const level of ["debug", "info", 20, 30]) {
    assertEquals(shownLine(JSON.stringify({ level, event: "vote_accepted" })), undefined);
  }
  assertEquals(shownLine("  "), undefined);
});

Deno.test("shownLine() tells a warning and worse in short", () => {
  const error = { type: "Error", message: "No leader", stack: "Error: No leader\n  at …" };
  const line = JSON.stringify({ level: "error", time: "now", error, event: "consumer_failed" });
  assertEquals(shownLine(line), "error consumer_failed No leader");
  assertEquals(shownLine(JSON.stringify({ level: 40, msg: "slow" })), "40 slow");
});

Deno.test("shownLine() shows what is no log line, cut to a bound", () => {
  assertEquals(shownLine("error: Uncaught TypeError"), "error: Uncaught TypeError");
  assertEquals(shownLine("x".repeat(10_000))?.length, 300);
  assertEquals(shownLine("[1]"), "[1]");
});
