import { assertEquals } from "@std/assert";
import { lintCompose } from "./lint_compose.ts";
import { lintDockerfile } from "./lint_dockerfile.ts";
import { lintWorkflows } from "./lint_workflows.ts";

const CASES = [
  {
    name: "lintDockerfile",
    lint: lintDockerfile,
    text: "FROM denoland/deno\nUSER 65532\n",
    fault: "an image without a tag",
  },
  {
    name: "lintCompose",
    lint: lintCompose,
    text: "services:\n  api:\n    imgae: cast\n",
    fault: "a misspelt key",
  },
  {
    name: "lintWorkflows",
    lint: (path: string) => lintWorkflows([path]),
    text: "on: push\njobs:\n  ok:\n    steps: []\n",
    fault: "a job without a runner",
  },
];

for (const { name, lint, text, fault } of CASES) {
  Deno.test(`${name}() refuses ${fault}`, async () => {
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
