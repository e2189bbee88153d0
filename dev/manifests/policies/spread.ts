/** Copies of a program lie on different nodes as far as there are some, and each counts its own copies alone. */
import { matches, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

const TOPOLOGIES = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

export const checkSpread: Check = (objects) => {
  const workloads = workloadsOf(objects);
  return workloads.filter(({ kind }) => kind === "Deployment").flatMap((workload) => {
    const constraints = workload.pod.topologySpreadConstraints ?? [];
    const missing = TOPOLOGIES.filter((key) => !constraints.some(({ topologyKey }) => topologyKey === key));
    const wrong = constraints.filter((constraint) =>
      countedBy(constraint, workload, workloads) !== workload.id
    );
    return [
      ...missing.map((key) => `${workload.id}: is not spread over ${key}`),
      ...wrong.map(({ topologyKey }) =>
        `${workload.id}: spreads over ${topologyKey} by labels that are not those of its copies alone`
      ),
    ];
  });
};

/** The workloads whose pods a constraint counts. */
function countedBy(
  { labelSelector, matchLabelKeys = [] }: NonNullable<Workload["pod"]["topologySpreadConstraints"]>[number],
  { labels }: Workload,
  workloads: readonly Workload[],
): string {
  const own = Object.fromEntries(
    matchLabelKeys.filter((key) => key in labels).map((key) => [key, labels[key] ?? ""]),
  );
  const selector = { ...labelSelector, matchLabels: { ...labelSelector?.matchLabels, ...own } };
  return workloads.filter((other) => matches(selector, other.labels)).map(({ id }) => id).join(", ");
}
