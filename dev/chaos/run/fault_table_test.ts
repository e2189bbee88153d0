import { assertEquals } from "@std/assert";
import type { Cycle } from "./fault_loop.ts";
import { faultRows, spanOf } from "./fault_table.ts";

const cycle = (over: Partial<Cycle>): Cycle => ({
  fault: "a",
  observed: true,
  seen: {},
  recovery: { acceptedMs: 10, storedMs: 20 },
  ...over,
});

Deno.test("faultRows() sums up the cycles of each fault, and counts only what was observed as observed", () => {
  const rows = faultRows([
    cycle({ seen: { x: 1, y: 2 }, recovery: { acceptedMs: 30, storedMs: 50 } }),
    cycle({ fault: "b", observed: false }),
    cycle({ seen: { y: 5 } }),
  ]);
  assertEquals(rows, [
    {
      fault: "a",
      cycles: 2,
      observed: 2,
      seen: { x: 1, y: 7 },
      acceptedMs: { median: 10, max: 30 },
      storedMs: { median: 20, max: 50 },
      unrecovered: 0,
      failures: [],
    },
    {
      fault: "b",
      cycles: 1,
      observed: 0,
      seen: {},
      acceptedMs: { median: 10, max: 10 },
      storedMs: { median: 20, max: 20 },
      unrecovered: 0,
      failures: [],
    },
  ]);
});

Deno.test("faultRows() says of a cycle after which no vote came through that it did not recover", () => {
  const recovery = { acceptedMs: 5, storedMs: undefined };
  const [row] = faultRows([cycle({ recovery, failure: "Start redis: it ended" })]);
  assertEquals([row?.unrecovered, row?.storedMs, row?.failures], [1, undefined, ["Start redis: it ended"]]);
});

Deno.test("spanOf() of an even number of values has the lower middle, of none nothing", () => {
  assertEquals(spanOf([4, 1, 2, 3]), { median: 2, max: 4 });
  assertEquals(spanOf([]), undefined);
});
