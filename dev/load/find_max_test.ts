import { assertEquals } from "@std/assert";
import { EXAMPLE_TIMES, exampleLag, exampleReport } from "../../client/load/example_report.ts";
import { findMax, STEPS_MAX } from "./find_max.ts";

const NO_BOUND = { perSecond: 1000, perSecondMax: Infinity };

Deno.test("findMax() tells the highest rate with all figures kept from the highest whose lag did not grow", async () => {
  const found = await findMax((perSecond) =>
    Promise.resolve(exampleReport({
      perSecond,
      latency: { ...EXAMPLE_TIMES, p99: perSecond > 1100 ? 30 : 20 },
      lag: exampleLag({ isGrowing: perSecond > 1500 }),
    })), NO_BOUND);
  assertEquals([found.highestHeld, found.highestSustained, found.isFound], [1000, 1440, true]);
  assertEquals(found.steps.map(({ perSecond }) => perSecond), [1000, 1200, 1440, 1728]);
});

Deno.test("findMax() finds nothing where the first rate is not sustained, or keeps no vote", async () => {
  for (const change of [{ shed: 1 }, { accepted: 0 }]) {
    const found = await findMax(() => Promise.resolve(exampleReport(change)), NO_BOUND);
    assertEquals([found.highestHeld, found.highestSustained, found.isFound], [0, 0, true]);
  }
});

Deno.test("findMax() stops at a bound and says that the end was not found", async () => {
  const run = (perSecond: number) => Promise.resolve(exampleReport({ perSecond }));
  const bounded = await findMax(run, { perSecond: 1000, perSecondMax: 1440 });
  assertEquals([bounded.highestHeld, bounded.isFound, bounded.steps.length], [1440, false, 3]);
  const long = await findMax(run, NO_BOUND);
  assertEquals([long.isFound, long.steps.length], [false, STEPS_MAX]);
});
