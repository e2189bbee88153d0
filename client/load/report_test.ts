import { assertStringIncludes } from "@std/assert";
import { exampleReport } from "./example_report.ts";
import { runText } from "./report.ts";

Deno.test("runText() says what the audit found, and that a run without accepted votes is none", () => {
  assertStringIncludes(runText(exampleReport()), "audit: all 1000 accepted votes are stored once");
  const none = runText(exampleReport({ accepted: 0, refused: 1000 }));
  assertStringIncludes(none, "audit FAILED: no vote was accepted (accepted 0");
  const findings = { counts: { lost: 2 }, examples: ["lost: load-test-1"], stored: 998, unknownStored: 0 };
  assertStringIncludes(
    runText(exampleReport({ findings })),
    "audit FAILED: lost 2 (accepted 1000, stored 998)",
  );
});

Deno.test("runText() says which votes the times are of, and how the start compares with the rest", () => {
  const text = runText(exampleReport({ refused: 2, shed: 3 }));
  assertStringIncludes(text, "vote: 1000 accepted or unknown, not in it 2 refused and 3 not sent");
  assertStringIncludes(text, "p99 by tenths of the run: 30 1 1 1 1 1 1 1 1 - ms");
});
