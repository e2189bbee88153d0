/**
 * The alert rules through promtool: whether Prometheus takes them, and whether each fires when it should and not when it
 * should not. promtool comes with Debian's package prometheus.
 */
import { ALERT_CASES } from "./alerts/alert_cases.ts";
import { promtoolTests } from "./alerts/promtool_tests.ts";
import { readPlainRules } from "./alerts/rules_file.ts";
import type { Step, StepOutcome } from "./step.ts";

const MISSING: StepOutcome = { kind: "skipped", reason: "promtool missing" };

export function alertsStep(promtool = "promtool"): Step {
  return {
    name: "alerts",
    async run() {
      if (!await isThere(promtool)) return MISSING;
      const folder = await Deno.makeTempDir({ prefix: "cast-alerts-" });
      try {
        const [rules, tests] = [`${folder}/rules.yaml`, `${folder}/tests.yaml`];
        await Deno.writeTextFile(rules, await readPlainRules());
        await Deno.writeTextFile(tests, promtoolTests(ALERT_CASES, rules));
        const isTaken = await runs(promtool, ["check", "rules", rules]);
        const isRight = await runs(promtool, ["test", "rules", tests]);
        const passed = Number(isTaken) + (isRight ? 2 * ALERT_CASES.length : 0);
        if (isTaken && isRight) return { kind: "passed", passed, skipped: 0 };
        return { kind: "failed", passed, failed: Number(!isTaken) + Number(!isRight), skipped: 0 };
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  };
}

async function runs(promtool: string, args: string[]): Promise<boolean> {
  return (await new Deno.Command(promtool, { args }).spawn().status).success;
}

async function isThere(promtool: string): Promise<boolean> {
  try {
    return (await new Deno.Command(promtool, { args: ["--version"], stdout: "null", stderr: "null" })
      .output())
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
