import { assertEquals } from "@std/assert";
import { parseSeconds } from "./process_time.ts";

Deno.test("parseSeconds() adds up user and system time, whatever the program is called", () => {
  const stat = "77 (a) (b c) S 1 77 77 0 -1 4194304 100 0 0 0 250 50 9 9 20 0 8 0 1000 1 1";
  assertEquals(parseSeconds(stat), 3);
});
