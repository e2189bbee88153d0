import { assert, assertEquals, assertRejects } from "@std/assert";
import { backoffMs, pause } from "./backoff.ts";

Deno.test("backoffMs() doubles from the first wait up to the cap", () => {
  const longest = { firstMs: 100, capMs: 1_000, random: () => 1 };
  assertEquals([0, 1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, longest)), [
    100,
    200,
    400,
    800,
    1_000,
    1_000,
  ]);
});

Deno.test("backoffMs() draws from the upper half of the span", () => {
  assertEquals(backoffMs(2, { firstMs: 100, capMs: 1_000, random: () => 0 }), 200);
  assertEquals(backoffMs(2, { firstMs: 100, capMs: 1_000, random: () => 0.5 }), 300);
});

Deno.test("backoffMs() stays at the cap after any number of attempts", () => {
  assertEquals(backoffMs(100_000, { firstMs: 1, capMs: 50, random: () => 1 }), 50);
});

Deno.test("pause() ends at once, and leaves no timer, when its signal fires", async () => {
  const stopping = new AbortController();
  const waiting = pause(60_000, stopping.signal);
  stopping.abort(new Error("Stop"));
  await assertRejects(() => waiting, Error, "Stop");
  await assertRejects(() => pause(60_000, stopping.signal), Error, "Stop");
  assert(stopping.signal.aborted);
});
