/** A first start is not given up while what it waits for may still come: `prepare`, which itself waits for the stores. */
import { type ManifestObject, ofKind } from "../manifest_object.ts";
import { workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

/** What Kubernetes gives unless told otherwise. */
const PROGRESS_SECONDS = 600;

interface DeploymentSpec {
  readonly progressDeadlineSeconds?: number;
}

export const checkRollout: Check = (objects) => {
  const waited = Math.max(0, ...ofKind(objects, "Job").map(deadlineSeconds));
  return workloadsOf(objects).filter(({ kind }) => kind === "Deployment").flatMap(({ id, spec }) => {
    const { progressDeadlineSeconds: seconds = PROGRESS_SECONDS } = spec as DeploymentSpec;
    return seconds > waited
      ? []
      : [`${id}: is given up after ${seconds} s, what it waits for may take ${waited} s`];
  });
};

/** A Job without a deadline may take for ever. */
function deadlineSeconds({ spec }: ManifestObject): number {
  return (spec as { activeDeadlineSeconds?: number } | undefined)?.activeDeadlineSeconds ?? Infinity;
}
