import { assertEquals } from "@std/assert";
import { createCounterWatch, SILENCE_MS_MIN } from "./counter_watch.js";

const LIFE_MS = 2_000;

Deno.test("the counter is missed after three lives of a ticket without another, until one comes", () => {
  let nowMs = 0;
  const watch = createCounterWatch({ now: () => nowMs });
  nowMs = 100_000;
  assertEquals(watch.isMissed(), false, "nobody knows yet how long a ticket lives");
  watch.hear(LIFE_MS);
  nowMs += 3 * LIFE_MS - 1;
  assertEquals(watch.isMissed(), false);
  nowMs++;
  assertEquals(watch.isMissed(), true);
  watch.hear(LIFE_MS);
  assertEquals(watch.isMissed(), false);
});

Deno.test("short tickets, and those that were over on arrival, are waited for all the same", () => {
  for (const lifeMs of [100, 0, -3_000]) {
    let nowMs = 0;
    const watch = createCounterWatch({ now: () => nowMs });
    watch.hear(lifeMs);
    nowMs = SILENCE_MS_MIN - 1;
    assertEquals(watch.isMissed(), false);
    nowMs = SILENCE_MS_MIN;
    assertEquals(watch.isMissed(), true);
  }
});

Deno.test("nothing is missed while there is no stream to hear it by", () => {
  let nowMs = 0;
  const watch = createCounterWatch({ now: () => nowMs });
  watch.hear(LIFE_MS);
  watch.rest();
  nowMs = 100_000;
  assertEquals(watch.isMissed(), false);
});
