/** `deno task ok`: the gate. Everything that CI asks for but its container job, in the order in which it fails fastest; all steps run. */
import { lintCompose } from "./containers/lint_compose.ts";
import { lintDockerfile } from "./containers/lint_dockerfile.ts";
import { lintWorkflows } from "./containers/lint_workflows.ts";
import { alertsStep } from "./gate/alerts_step.ts";
import { chaosStep } from "./gate/chaos_step.ts";
import { manifestsStep } from "./gate/manifests_step.ts";
import { denoStep, type Step } from "./gate/step.ts";
import { testStep } from "./gate/test_step.ts";

const STEPS: readonly Step[] = [
  denoStep("fmt", ["fmt", "--check"]),
  denoStep("lint", ["lint"]),
  // Every import of every file is in the lock file, as it stands: nothing is picked anew on another machine.
  denoStep("lock", [
    "install",
    "--frozen",
    "--entrypoint",
    "api/main.ts",
    "api/edge.ts",
    "client/cast/main.ts",
    "client/verify/main.ts",
    "client/dead_letters/main.ts",
    "dev/chaos/main.ts",
    "dev/dev.ts",
    "dev/manifests/main.ts",
    "dev/simulation/main.ts",
    "dev/test.ts",
  ]),
  denoStep("check", ["check", "--frozen", "."]),
  denoStep("docs", ["run", "--allow-all", "dev/docs.ts", "--check"]),
  { name: "Dockerfile", run: () => lintDockerfile() },
  { name: "compose.yaml", run: () => lintCompose() },
  { name: "workflows", run: () => lintWorkflows() },
  manifestsStep({ javaHome: Deno.env.get("JAVA_HOME") }),
  alertsStep(),
  testStep(),
  chaosStep(),
];

let [passed, failed, skipped] = [0, 0, 0];
for (const step of STEPS) {
  console.log(`\n=== ${step.name}`);
  const outcome = await step.run();
  if (outcome.kind === "skipped") {
    skipped += 1;
    console.log(`skipped: ${outcome.reason}`);
    continue;
  }
  passed += outcome.passed;
  skipped += outcome.skipped;
  if (outcome.kind === "failed") failed += outcome.failed;
  console.log(`=== ${step.name}: ${outcome.kind}`);
}
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
