/** A node may be drained at any time, and never takes more than one copy away. */
import { nameOf, ofKind } from "../manifest_object.ts";
import { type LabelSelector, matches, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

interface BudgetSpec {
  readonly selector?: LabelSelector;
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
}

export const checkDisruption: Check = (objects) => {
  const budgets = ofKind(objects, "PodDisruptionBudget").map((object) => ({
    id: nameOf(object),
    spec: (object.spec ?? {}) as BudgetSpec,
  }));
  const workloads = workloadsOf(objects).filter(({ kind }) => !/Job$/.test(kind));
  return [
    ...workloads.flatMap(({ id, labels }) => {
      const own = budgets.filter(({ spec }) => matches(spec.selector, labels));
      // With two, Kubernetes refuses every eviction.
      return own.length === 1 ? [] : [`${id}: has ${own.length} PodDisruptionBudgets, wanted one`];
    }),
    ...budgets.filter(({ spec }) => !allowsEviction(spec)).map(({ id }) =>
      `${id}: wants maxUnavailable of 1, which lets every node be drained, a copy at a time`
    ),
  ];
};

/** A least number that must be there forbids every eviction where there are no more copies than that. */
function allowsEviction({ maxUnavailable, minAvailable }: BudgetSpec): boolean {
  return minAvailable === undefined && maxUnavailable === 1;
}
