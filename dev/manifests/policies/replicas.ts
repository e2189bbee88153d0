/** As many copies as the design asks for: of the API and the persister two at least, for one of each may die at any time. */
import { ofKind } from "../manifest_object.ts";
import { workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { programContainers } from "../program_container.ts";

const REPLICAS_MIN = 2;

interface ScalerSpec {
  readonly scaleTargetRef?: { readonly name?: string };
  readonly minReplicas?: number;
}

export const checkReplicas: Check = (objects, context) => {
  const scalers = ofKind(objects, "HorizontalPodAutoscaler").map(({ spec }) => (spec ?? {}) as ScalerSpec);
  const services = programContainers(objects, context).filter(({ spec }) => spec?.isService);
  const present = services.map(({ program }) => program);
  const absent = Object.entries(context.programs).filter(([name, { isService }]) =>
    isService && !present.includes(name)
  );
  return [
    ...absent.map(([name]) => `nothing runs the program "${name}"`),
    ...services.flatMap(({ workload: { id, name, spec } }) => {
      const scaler = scalers.find(({ scaleTargetRef }) => scaleTargetRef?.name === name);
      const least = scaler ? scaler.minReplicas ?? 1 : spec.replicas ?? 1;
      return least >= REPLICAS_MIN
        ? []
        : [`${id}: has ${least} copies at times, wanted ${REPLICAS_MIN} at least`];
    }),
    ...workloadsOf(objects).filter(({ kind, spec }) => kind === "Deployment" && spec.volumeClaimTemplates)
      .map(({ id }) => `${id}: keeps data, which a StatefulSet is for`),
  ];
};
