/** The gate's look at the workflows that run it elsewhere: the schema of GitHub's workflows. */
import { fileURLToPath } from "node:url";
import { PASSED, type StepOutcome } from "../gate/step.ts";
import { checkSchema } from "./check_schema.ts";

const WORKFLOWS = ["ok.yml", "nightly.yml"].map((name) =>
  fileURLToPath(new URL(`../../.github/workflows/${name}`, import.meta.url))
);

/** Returns the first outcome that is not a pass. */
export async function lintWorkflows(paths: readonly string[] = WORKFLOWS): Promise<StepOutcome> {
  for (const path of paths) {
    const outcome = await checkSchema(path, "vendor.github-workflows");
    if (outcome.kind !== "passed") return outcome;
  }
  return PASSED;
}
