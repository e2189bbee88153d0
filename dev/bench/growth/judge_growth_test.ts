import { assertEquals, assertThrows } from "@std/assert";
import { describeGrowth, toFigures } from "./growth_figures.ts";
import { type Growth, judgeGrowth, logarithmicRatioMax } from "./judge_growth.ts";

const growth = (costs: readonly (readonly number[])[], fields: Partial<Growth> = {}): Growth => ({
  what: "vote script",
  of: "candidates",
  unit: "us",
  points: costs.map((samples, index) => ({ size: [10, 1000, 100_000][index] as number, samples })),
  ...fields,
});

Deno.test("judgeGrowth() calls flat what ends within half as much again", () => {
  assertEquals(judgeGrowth(growth([[10], [20], [15]])), { ratio: 1.5, kind: "flat" });
  assertEquals(judgeGrowth(growth([[10], [5]])).kind, "flat");
});

Deno.test("judgeGrowth() compares round with round, so a machine that slows down meanwhile decides nothing", () => {
  assertEquals(judgeGrowth(growth([[10, 100, 30], [11, 110, 90]])).ratio, 1.1);
});

Deno.test("judgeGrowth() calls logarithmic what adds half at most for each tenfold, and anything above growing", () => {
  assertEquals(logarithmicRatioMax(10, 100_000), 3);
  assertEquals(judgeGrowth(growth([[10], [20], [30]])).kind, "logarithmic");
  assertEquals(judgeGrowth(growth([[10], [20], [31]])).kind, "grows");
});

Deno.test("judgeGrowth() holds neighbours to each other as well, however near the last is to the first", () => {
  assertEquals(judgeGrowth(growth([[10], [10], [20]])).kind, "logarithmic");
  assertEquals(judgeGrowth(growth([[10], [10], [21]])), { ratio: 2.1, kind: "grows" });
  assertEquals(judgeGrowth(growth([[10], [21], [10]])), { ratio: 1, kind: "grows" });
});

Deno.test("judgeGrowth() lets grow what has a reason to, and counts from one where there was none", () => {
  assertEquals(
    judgeGrowth(growth([[10], [20], [310]], { linearBecause: "it reads all" })).kind,
    "linear by nature",
  );
  assertEquals(logarithmicRatioMax(0, 1000), 2.5);
  assertEquals(logarithmicRatioMax(5, 6), 1.5);
});

Deno.test("judgeGrowth() judges nothing by one size alone", () => {
  assertThrows(() => judgeGrowth(growth([[10]])), Error, "two sizes");
});

Deno.test("toFigures() holds each size to the smallest and its neighbour, and promises only what must not grow", () => {
  const figures = toFigures(growth([[10, 12], [11, 13]]));
  assertEquals(figures[0], { what: "vote script, 10 candidates", unit: "us", samples: [10, 12] });
  assertEquals(figures[1], {
    what: "vote script, 1,000 candidates",
    unit: "us",
    samples: [11, 13],
    limit: { what: "10 candidates", samples: [10, 12] },
    wanted: { atMost: 2 },
  });
  const held = toFigures(growth([[10], [11], [12]])).map(({ what, limit }) => [what, limit?.what]);
  assertEquals(held, [
    ["vote script, 10 candidates", undefined],
    ["vote script, 1,000 candidates", "10 candidates"],
    ["vote script, 100,000 candidates", "10 candidates"],
    ["vote script, 100,000 candidates", "1,000 candidates"],
  ]);
  assertEquals(toFigures(growth([[1], [9]], { linearBecause: "it reads all" }))[1]?.wanted, undefined);
});

Deno.test("describeGrowth() says what costs, every size, the ratio and the reason", () => {
  assertEquals(
    describeGrowth(growth([[10], [250]], { linearBecause: "it reads all" })),
    "vote script (us) by candidates: 10: 10.0 | 1,000: 250 → 25x, linear by nature: it reads all",
  );
});
