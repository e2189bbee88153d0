import { assertEquals } from "@std/assert";
import { ALERT_CASES } from "./alerts/alert_cases.ts";
import { promtoolTests } from "./alerts/promtool_tests.ts";
import { alertsStep } from "./alerts_step.ts";

Deno.test("alertsStep() says that it was skipped where promtool is missing", async () => {
  const outcome = await alertsStep("promtool-of-nobody").run();
  assertEquals(outcome, { kind: "skipped", reason: "promtool missing" });
});

Deno.test("alertsStep() fails where promtool does", async () => {
  // Answers --version, and takes no argument amiss but the commands that matter.
  const folder = await Deno.makeTempDir();
  try {
    const fake = `${folder}/promtool`;
    await Deno.writeTextFile(fake, '#!/bin/sh\n[ "$1" = --version ] || [ "$1" = check ]\n', { mode: 0o755 });
    assertEquals(await alertsStep(fake).run(), { kind: "failed", passed: 1, failed: 1, skipped: 0 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("promtoolTests() asks of each case that it fires, and that it does not", () => {
  const { tests, rule_files } = JSON.parse(promtoolTests(ALERT_CASES, "/rules.yaml"));
  assertEquals([tests.length, rule_files], [2 * ALERT_CASES.length, ["/rules.yaml"]]);
});
