import { assertEquals, assertThrows } from "@std/assert";
import { median } from "./median.ts";

Deno.test("median() is the middle, of two the mean, whatever the order", () => {
  assertEquals([[7], [10, 2, 9], [4, 1], [100, 9, 20, 3]].map(median), [7, 9, 2.5, 14.5]);
  assertThrows(() => median([]), Error, "Take a median");
});
