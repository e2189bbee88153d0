import { assertEquals } from "@std/assert";
import { parseLogLine } from "./parse_log_line.ts";

Deno.test("parseLogLine() reads a line of a log, and nothing of what is none", () => {
  assertEquals(parseLogLine('{"event":"program_started"}'), { event: "program_started" });
  assertEquals(['{"event":"progr', "", "Listening", "[1]"].map(parseLogLine), Array(4).fill(undefined));
});
