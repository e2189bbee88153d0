/** The gate's look at compose.yaml: the schema of the Compose specification. */
import { fileURLToPath } from "node:url";
import type { StepOutcome } from "../gate/step.ts";
import { checkSchema } from "./check_schema.ts";

const COMPOSE_FILE = fileURLToPath(new URL("../../compose.yaml", import.meta.url));

export function lintCompose(path: string = COMPOSE_FILE): Promise<StepOutcome> {
  return checkSchema(path, "vendor.compose-spec");
}
