import { assertEquals, assertThrows } from "@std/assert";
import { judge } from "./judge.ts";

const FIGURE = { what: "votes", unit: "votes/s" };

Deno.test("judge() takes the median of the rounds' ratios, not the ratio of the medians", () => {
  // The machine slowed in the second round, for both sides alike.
  const judged = judge({ ...FIGURE, samples: [90, 9, 80], limit: { what: "raw", samples: [100, 10, 200] } });
  assertEquals(judged.ratio, 0.9);
  assertEquals([judged.median, judged.limitMedian, judged.min, judged.max], [80, 100, 9, 90]);
});

Deno.test("judge() holds the ratio to what is wanted, and without a limit the value", () => {
  const limit = { what: "raw", samples: [100] };
  const verdictOf = (figure: Partial<Parameters<typeof judge>[0]>) =>
    judge({ ...FIGURE, samples: [85], ...figure }).verdict;
  assertEquals(verdictOf({}), undefined);
  assertEquals(verdictOf({ limit, wanted: { atLeast: 0.85 } }), "kept");
  assertEquals(verdictOf({ limit, wanted: { atLeast: 0.86 } }), "MISSED");
  assertEquals(verdictOf({ wanted: { atMost: 85 } }), "kept");
  assertEquals(verdictOf({ wanted: { atMost: 84 } }), "MISSED");
  assertEquals(verdictOf({ samples: [NaN], wanted: { atMost: 84 } }), "MISSED");
});

Deno.test("judge() refuses a limit of other rounds", () => {
  const limit = { what: "raw", samples: [1, 2] };
  assertThrows(() => judge({ ...FIGURE, samples: [1], limit }), Error, 'Compare "votes" with its limit');
});
