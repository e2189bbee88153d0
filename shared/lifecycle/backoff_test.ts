import { assert, assertEquals } from "@std/assert";
import { BACKOFF_MS_MAX, backoffMs } from "./backoff.ts";

Deno.test("backoffMs() doubles up to its cap, with no jitter at random 1", () => {
  assertEquals([1, 2, 3, 4, 5, 6, 7].map((failures) => backoffMs(failures, 1)), [
    50,
    100,
    200,
    400,
    800,
    1600,
    3200,
  ]);
  assertEquals([8, 9, 100, 1e9].map((failures) => backoffMs(failures, 1)), Array(4).fill(BACKOFF_MS_MAX));
});

Deno.test("backoffMs() lies in the upper half of the full wait, whatever the random number", () => {
  for (const failures of [1, 2, 7, 8, 50]) {
    const full = backoffMs(failures, 1);
    for (const random of [0, 0.25, 0.5, 0.999999]) {
      const ms = backoffMs(failures, random);
      assert(ms >= full / 2 && ms < full, `${ms} of ${full}`);
    }
  }
  assert(backoffMs(3, 0.2) < backoffMs(3, 0.8), "two copies do not march in step");
});
