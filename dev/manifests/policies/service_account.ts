/** No pod talks to Kubernetes, so none is given a token or an account with rights. */
import { nameOf, ofKind } from "../manifest_object.ts";
import { workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

export const checkServiceAccounts: Check = (objects) => [
  ...workloadsOf(objects).filter(({ pod }) => pod.automountServiceAccountToken !== false).map(({ id }) =>
    `${id}: is given a token for Kubernetes`
  ),
  ...workloadsOf(objects).filter(({ pod }) => (pod.serviceAccountName ?? "default") === "default").map((
    { id },
  ) => `${id}: runs under the namespace's own account, to which somebody may give rights`),
  ...ofKind(objects, "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding").map((object) =>
    `${nameOf(object)}: gives rights in Kubernetes, which nothing needs`
  ),
];
