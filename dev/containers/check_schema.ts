/** Checks a YAML file against a schema that check-jsonschema carries. */
import { FAILED, PASSED, type StepOutcome } from "../gate/step.ts";
import { fetchPythonTool, PIP_MISSING } from "./python_tool.ts";

export async function checkSchema(
  path: string,
  schema: "vendor.compose-spec" | "vendor.github-workflows",
): Promise<StepOutcome> {
  const folder = await fetchPythonTool("check-jsonschema");
  if (folder === undefined) return PIP_MISSING;
  const { success } = await new Deno.Command("python3", {
    args: ["-m", "check_jsonschema", "--quiet", "--builtin-schema", schema, path],
    env: { PYTHONPATH: folder },
  }).spawn().status;
  return success ? PASSED : FAILED;
}
