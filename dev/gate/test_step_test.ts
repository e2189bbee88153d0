import { assertEquals } from "@std/assert";
import { FAILED } from "./step.ts";
import { readSummary } from "./test_step.ts";

Deno.test("readSummary() counts what passed and what was ignored", () => {
  const output = "…\n\u001b[0m\u001b[32mok\u001b[0m | 12 passed (3 steps) | 0 failed | 1 ignored (2s)\n";
  assertEquals(readSummary(output, true), { kind: "passed", passed: 12, skipped: 1 });
});

Deno.test("readSummary() counts failures", () => {
  assertEquals(readSummary("FAILED | 3 passed | 2 failed (1s)", false), {
    kind: "failed",
    passed: 3,
    failed: 2,
    skipped: 0,
  });
});

Deno.test("readSummary() takes a failing exit for a failure though every test passed", () => {
  assertEquals(readSummary("ok | 3 passed | 0 failed (1s)", false), {
    kind: "failed",
    passed: 3,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("readSummary() takes a run without a summary, or without a test, for a failure", () => {
  assertEquals(readSummary("error: Module not found", true), FAILED);
  assertEquals(readSummary("ok | 0 passed | 0 failed (1s)", true).kind, "failed");
});
