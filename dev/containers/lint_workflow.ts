/** The gate's look at the workflow that runs it elsewhere: the schema of GitHub's workflows. */
import { fileURLToPath } from "node:url";
import type { StepOutcome } from "../gate/step.ts";
import { checkSchema } from "./check_schema.ts";

const WORKFLOW = fileURLToPath(new URL("../../.github/workflows/ok.yml", import.meta.url));

export function lintWorkflow(path: string = WORKFLOW): Promise<StepOutcome> {
  return checkSchema(path, "vendor.github-workflows");
}
