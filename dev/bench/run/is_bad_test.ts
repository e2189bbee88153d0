import { assertEquals } from "@std/assert";
import type { BenchResult } from "./bench_result.ts";
import { isBad } from "./is_bad.ts";
import { judge } from "./judge.ts";

const named = { name: "vote", title: "" };
const measured = (atLeast: number): BenchResult => {
  const figure = judge({ what: "votes", unit: "votes/s", samples: [10], wanted: { atLeast } });
  return { ...named, kind: "measured", figures: [figure] };
};

Deno.test("isBad() calls bad what failed, and strictly what was skipped or missed a wanted value as well", () => {
  const cases: [result: BenchResult, loosely: boolean, strictly: boolean][] = [
    [measured(10), false, false],
    [measured(11), false, true],
    [{ ...named, kind: "skipped", reason: "wrk missing" }, false, true],
    [{ ...named, kind: "failed", reason: "no topic" }, true, true],
  ];
  for (const [result, loosely, strictly] of cases) {
    const results = [measured(1), result];
    assertEquals([isBad(results, { strict: false }), isBad(results, { strict: true })], [loosely, strictly]);
  }
});
