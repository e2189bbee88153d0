import { assertEquals } from "@std/assert";
import { countOf, runCalls } from "./command_cost.ts";

const COMMANDSTATS = [
  "# Commandstats",
  "cmdstat_evalsha_ro:calls=9,usec=9,usec_per_call=1.00,rejected_calls=0,failed_calls=0",
  "cmdstat_evalsha:calls=40,usec=1000,usec_per_call=25.00,rejected_calls=0,failed_calls=0",
  "",
].join("\r\n");

Deno.test("countOf() reads the command that was asked for and not one that begins like it", () => {
  assertEquals(countOf(COMMANDSTATS, "evalsha"), { calls: 40, microseconds: 1000 });
  assertEquals(countOf(COMMANDSTATS, "eval"), { calls: 0, microseconds: 0 });
});

Deno.test("runCalls() makes every call once and no more at once than it may", async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  await runCalls(async (index) => {
    most = Math.max(most, ++running);
    seen.push(index);
    await Promise.resolve();
    running -= 1;
  }, { calls: 10, atOnce: 3 });
  assertEquals(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals(most, 3);
});
