/** Every pod is as restricted as Kubernetes knows, and cannot write to its own image besides. */
import { type Container, containersOf, type SecurityContext, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

/** Below are users that a node may have as well. */
const USER_MIN = 10_000;

export const checkPodSecurity: Check = (objects) =>
  workloadsOf(objects).flatMap((workload) => [
    ...hostProblems(workload).map((problem) => `${workload.id}: ${problem}`),
    ...containersOf(workload).flatMap((container) =>
      containerProblems(container, workload.pod.securityContext ?? {}).map((problem) =>
        `${workload.id}: "${container.name}" ${problem}`
      )
    ),
  ]);

function hostProblems({ pod }: Workload): string[] {
  const paths = (pod.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  return [
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC
      ? ["shares the network or the processes of its node"]
      : []),
    ...paths.map((name) => `mounts a folder of its node as "${name}"`),
    ...(pod.enableServiceLinks === false ? [] : ["is given an environment variable for every Service"]),
  ];
}

function containerProblems({ securityContext: own = {} }: Container, pod: SecurityContext): string[] {
  const user = own.runAsUser ?? pod.runAsUser;
  const rules: [boolean, string][] = [
    [(own.runAsNonRoot ?? pod.runAsNonRoot) === true, "may run as root"],
    [user !== undefined && user > USER_MIN, `runs as user ${user}, wanted one above ${USER_MIN}`],
    [own.allowPrivilegeEscalation === false, "may gain privileges"],
    [own.privileged !== true, "is privileged"],
    [own.readOnlyRootFilesystem === true, "may write to its image"],
    [own.capabilities?.drop?.includes("ALL") === true, "keeps capabilities"],
    [(own.capabilities?.add ?? []).length === 0, "is given capabilities"],
    [(own.seccompProfile ?? pod.seccompProfile)?.type === "RuntimeDefault", "may make any system call"],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}
