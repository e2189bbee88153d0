/** Scaling has a target, bounds that make sense and a hurry in one direction only. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import { containersOf, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

/** A scale-down that comes at once takes copies away between two bursts. */
const DOWN_SECONDS_MIN = 300;

interface ScalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly { readonly resource?: { readonly name?: string } }[];
  readonly behavior?: { readonly scaleDown?: { readonly stabilizationWindowSeconds?: number } };
}

export const checkAutoscaling: Check = (objects) =>
  ofKind(objects, "HorizontalPodAutoscaler").flatMap((object) => {
    const spec = (object.spec ?? {}) as ScalerSpec;
    const { kind, name } = spec.scaleTargetRef ?? {};
    const target = workloadsOf(objects).find(({ id }) => id === `${kind}/${name}`);
    const problems = target ? targetProblems(spec, target) : [`scales ${kind}/${name}, which is not there`];
    return [...problems, ...boundProblems(spec, objects)].map((problem) => `${nameOf(object)}: ${problem}`);
  });

function targetProblems({ metrics = [] }: ScalerSpec, target: Workload): string[] {
  const unrequested = metrics.map(({ resource }) => resource?.name).filter((name) =>
    name !== undefined &&
    !containersOf(target).every(({ resources }) => resources?.requests?.[name] !== undefined)
  );
  return [
    // Each apply would set the number back.
    ...(target.spec.replicas === undefined ? [] : [`scales ${target.id}, which says itself how many it is`]),
    ...unrequested.map((name) => `goes by the use of ${name}, of which ${target.id} requests none`),
    ...(metrics.length > 0 ? [] : ["goes by nothing"]),
  ];
}

function boundProblems(
  { minReplicas = 1, maxReplicas = 0, behavior, scaleTargetRef }: ScalerSpec,
  objects: readonly ManifestObject[],
): string[] {
  const seconds = behavior?.scaleDown?.stabilizationWindowSeconds ?? DOWN_SECONDS_MIN;
  const partitions = ofKind(objects, "KafkaTopic").map(({ spec }) =>
    (spec as { partitions?: number } | undefined)?.partitions ?? 0
  );
  const isConsumer = scaleTargetRef?.name === "vote-persister" && partitions.length > 0;
  return [
    ...(minReplicas < maxReplicas ? [] : [`scales from ${minReplicas} to ${maxReplicas}`]),
    ...(seconds >= DOWN_SECONDS_MIN
      ? []
      : [`scales down after ${seconds} s, wanted ${DOWN_SECONDS_MIN} s at least`]),
    ...(isConsumer && maxReplicas > Math.min(...partitions)
      ? [`scales to ${maxReplicas}, of which ${Math.min(...partitions)} have a partition`]
      : []),
  ];
}
