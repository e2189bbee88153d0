import { assertStringIncludes } from "@std/assert";
import { maxText } from "./max_text.ts";

Deno.test("maxText() tells both rates, and a search that ended at a bound", () => {
  const found = { highestHeld: 1000, highestSustained: 1440, isFound: true, steps: [] };
  const text = maxText(found, 60);
  assertStringIncludes(text, "held with p99 <= 25 ms of the vote and <= 500 ms of the lag: 1000 votes/s");
  assertStringIncludes(
    text,
    "sustained for 60 s, lag not growing and nothing refused or left unsent: 1440 votes/s",
  );
  assertStringIncludes(maxText({ ...found, isFound: false }, 60), "not found within bounds");
});
