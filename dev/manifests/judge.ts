/** Everybody who judges the objects of an overlay: the schemas and the policies. */
import { STOP_DEADLINE_MS } from "../../shared/lifecycle/run_program.ts";
import { overlaySecrets } from "./given_secrets.ts";
import type { ManifestObject } from "./manifest_object.ts";
import { POLICIES, type PolicyName } from "./policies.ts";
import { PROGRAM_SPECS } from "./program_spec.ts";
import type { SchemaValidator } from "./schema/schema_validator.ts";

export type JudgeName = PolicyName | "schema";

/** By judge: what it says, undefined when it is not there to say anything. */
export type Verdicts = ReadonlyMap<JudgeName, readonly string[] | undefined>;

export type Judge = (overlay: string, objects: readonly ManifestObject[]) => Promise<Verdicts>;

export function createJudge(
  { validator, opsPaths }: {
    /** Or what it lacks. */
    validator: SchemaValidator | string;
    opsPaths: ReadonlySet<string>;
  },
): Judge {
  return async (overlay, objects) => {
    const context = {
      ...{ overlay, opsPaths, programs: PROGRAM_SPECS, stopMsMax: STOP_DEADLINE_MS },
      secrets: overlaySecrets(overlay, objects),
    };
    const verdicts = new Map<JudgeName, readonly string[] | undefined>();
    const problems = typeof validator === "string"
      ? undefined
      : await Promise.all(objects.map((object) => validator.validate(object)));
    verdicts.set("schema", problems?.flat());
    for (const [name, check] of Object.entries(POLICIES)) {
      verdicts.set(name as PolicyName, check(objects, context));
    }
    return verdicts;
  };
}
