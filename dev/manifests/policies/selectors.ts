/** Whatever selects pods selects those that it means: some, and never those of two workloads where one is meant. */
import { type Labels, type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import { type LabelSelector, matches, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { podGroups } from "../reachable_pods.ts";

export const checkSelectors: Check = (objects) => {
  const groups = podGroups(objects);
  const selectedBy = (selector: LabelSelector | undefined) =>
    groups.filter(({ labels }) => matches(selector, labels));
  return [
    ...workloadsOf(objects).filter(({ kind }) => !/Job$/.test(kind)).flatMap(({ id, spec }) => {
      const selected = selectedBy(spec.selector).map((group) => group.id);
      return selected.join() === id
        ? []
        : [`${id}: selects ${selected.join(", ") || "nothing"}, wanted its own pods`];
    }),
    ...ofKind(objects, "Service").flatMap((service) => {
      const { selector } = (service.spec ?? {}) as { selector?: Labels };
      const selected = selectedBy({ matchLabels: selector ?? {} });
      return selected.length === 1
        ? []
        : [`${nameOf(service)}: selects ${selected.length} workloads, wanted one`];
    }),
    ...ofKind(objects, "PodDisruptionBudget", "PodMonitor").filter((object) =>
      selectedBy((object.spec as { selector?: LabelSelector } | undefined)?.selector).length === 0
    ).map((object) => `${nameOf(object)}: selects nothing`),
    ...ofKind(objects, "NetworkPolicy").filter((object) =>
      selectedBy((object.spec as { podSelector?: LabelSelector } | undefined)?.podSelector).length === 0
    ).map((object) => `${nameOf(object)}: selects nothing`),
    ...serviceNames(objects),
  ];
};

/** The pods of a StatefulSet have names by the Service that it gives. */
function serviceNames(objects: readonly ManifestObject[]): string[] {
  const services = ofKind(objects, "Service").map(({ metadata }) => metadata.name);
  return workloadsOf(objects).filter(({ kind, spec }) =>
    kind === "StatefulSet" && !services.includes(spec.serviceName ?? "")
  ).map(({ id, spec }) => `${id}: there is no Service/${spec.serviceName}`);
}
