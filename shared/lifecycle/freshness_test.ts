import { assertEquals } from "@std/assert";
import { createFreshness } from "./freshness.ts";

Deno.test("createFreshness() is fresh from a mark until its age, and never before the first", () => {
  let now = 0;
  const freshness = createFreshness(100, () => now);
  assertEquals(freshness.isFresh(), false);
  freshness.mark();
  now = 100;
  assertEquals(freshness.isFresh(), true);
  now = 101;
  assertEquals(freshness.isFresh(), false);
});
