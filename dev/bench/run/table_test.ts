import { assertEquals } from "@std/assert";
import { judge } from "./judge.ts";
import { numberText, resultTable } from "./table.ts";

Deno.test("resultTable() shows each figure beside its limit, and counts what was kept, missed and skipped", () => {
  const votes = judge({
    what: "votes",
    unit: "votes/s",
    samples: [9000, 8000],
    limit: { what: "raw handler", samples: [10000, 10000] },
    wanted: { atLeast: 0.9 },
  });
  const start = judge({ what: "start", unit: "ms", samples: [12.3456], wanted: { atMost: 400 } });
  const table = resultTable([
    { name: "vote", title: "", kind: "measured", figures: [votes] },
    { name: "cold_start", title: "", kind: "measured", figures: [start] },
    { name: "cas", title: "", kind: "skipped", reason: "wrk missing (Debian: apt install wrk)" },
    { name: "relay", title: "", kind: "failed", reason: "no topic" },
  ]);
  assertEquals(table.split("\n"), [
    "bench       figure               unit     median      min-max   limit  ratio  wanted",
    "vote        votes / raw handler  votes/s   8,500  8,000-9,000  10,000   0.85  >= 0.9  MISSED",
    "cold_start  start                ms        12.35  12.35-12.35                 <= 400  kept",
    "cas: skipped: wrk missing (Debian: apt install wrk)",
    "relay: failed: no topic",
    "",
    "2 measured, 1 skipped, 1 failed; wanted values: 1 kept, 1 MISSED",
  ]);
});

Deno.test("numberText() keeps four digits and says what is no number", () => {
  assertEquals([0, 0.12345, 99.999, 999.96, 1234567, NaN].map(numberText), [
    "0",
    "0.1235",
    "100",
    "1000",
    "1,234,567",
    "NaN",
  ]);
});
