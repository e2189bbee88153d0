import { assert, assertEquals } from "@std/assert";
import { BEAT_MS_MAX, createRetryBeat } from "./retry_beat.js";

Deno.test("next() waits longer each time up to a bound, and reset() begins again", () => {
  const beat = createRetryBeat(() => 1);
  assertEquals(Array.from({ length: 7 }, () => beat.next()), [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  beat.reset();
  assertEquals(beat.next(), 500);
});

Deno.test("next() is spread over half of the wait", () => {
  const beat = createRetryBeat(() => 0);
  for (let times = 0; times < 10; times++) beat.next();
  assertEquals(beat.next(), BEAT_MS_MAX / 2);
  assert(createRetryBeat().next() >= 250);
});
