import { assertEquals } from "@std/assert";
import { lintCompose } from "./lint_compose.ts";
import { lintDockerfile } from "./lint_dockerfile.ts";
import { lintWorkflow } from "./lint_workflow.ts";

const CASES = [
  { lint: lintDockerfile, fault: "an image without a tag", text: "FROM denoland/deno\nUSER 65532\n" },
  { lint: lintCompose, fault: "a misspelt key", text: "services:\n  api:\n    imgae: cast\n" },
  { lint: lintWorkflow, fault: "a job without a runner", text: "on: push\njobs:\n  ok:\n    steps: []\n" },
];

for (const { lint, fault, text } of CASES) {
  Deno.test(`${lint.name}() refuses ${fault}`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".yaml" });
    try {
      await Deno.writeTextFile(path, text);
      const { kind } = await lint(path);
      // Where there is no pip, the gate skips the step as well.
      if (kind !== "skipped") assertEquals(kind, "failed");
    } finally {
      await Deno.remove(path);
    }
  });
}
