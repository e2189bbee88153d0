/** `deno task ok`: the gate. Everything that CI asks for but its container job, in the order in which it fails fastest; all steps run. */
import { lintCompose } from "./containers/lint_compose.ts";
import { lintDockerfile } from "./containers/lint_dockerfile.ts";
import { lintWorkflow } from "./containers/lint_workflow.ts";
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
    "dev/dev.ts",
    "dev/test.ts",
  ]),
  denoStep("check", ["check", "--frozen", "."]),
  denoStep("docs", ["run", "--allow-all", "dev/docs.ts", "--check"]),
  { name: "Dockerfile", run: () => lintDockerfile() },
  { name: "compose.yaml", run: () => lintCompose() },
  { name: "workflow", run: () => lintWorkflow() },
  testStep(),
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
