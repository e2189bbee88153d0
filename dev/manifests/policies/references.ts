/** What is mounted, read or run under is there: brought by the manifests, or said to come from somebody else. */
import { nameOf, ofKind } from "../manifest_object.ts";
import { contentsOf, sourcesOf } from "../mounted_files.ts";
import { namedSecrets } from "../named_secrets.ts";
import { type Container, containersOf, type PodSpec, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

export const checkReferences: Check = (objects, context) => {
  const given = { objects, context };
  const lacking = ({ kind, name, keys }: Wanted): string[] => {
    const contents = contentsOf({ kind, name }, given);
    if (!contents) return [`${kind}/${name} is brought by nobody`];
    return keys.filter((key) => !(key in contents)).map((key) => `${kind}/${name} has no "${key}"`);
  };
  const accounts = ofKind(objects, "ServiceAccount").map(({ metadata }) => metadata.name);
  return [
    ...workloadsOf(objects).flatMap((workload) =>
      [
        ...wanted(workload).flatMap(lacking),
        ...containersOf(workload).flatMap((container) => mountProblems(container, workload)),
        ...(accounts.includes(workload.pod.serviceAccountName ?? "")
          ? []
          : [`ServiceAccount/${workload.pod.serviceAccountName} is brought by nobody`]),
      ].map((problem) => `${workload.id}: ${problem}`)
    ),
    ...namedSecrets(objects).flatMap(({ id, name, keys }) =>
      lacking({ kind: "Secret", name, keys }).map((problem) => `${id}: ${problem}`)
    ),
    // Who brings a secret with the manifests publishes it.
    ...ofKind(objects, "Secret").map((secret) => `${nameOf(secret)}: is a secret that lies in the manifests`),
  ];
};

interface Wanted {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly keys: readonly string[];
}

function wanted(workload: Workload): Wanted[] {
  const mounted = (workload.pod.volumes ?? []).flatMap(sourcesOf).filter(({ source }) => !source.optional)
    .map(
      ({ kind, name, source }): Wanted => ({
        kind,
        name,
        keys: (source.items ?? []).map(({ key = "" }) => key),
      }),
    );
  const read = containersOf(workload).flatMap(({ env = [], envFrom = [] }): Wanted[] => [
    ...envFrom.flatMap(({ configMapRef, secretRef }): Wanted[] => [
      ...(configMapRef ? [{ kind: "ConfigMap" as const, name: configMapRef.name ?? "", keys: [] }] : []),
      ...(secretRef ? [{ kind: "Secret" as const, name: secretRef.name ?? "", keys: [] }] : []),
    ]),
    ...env.flatMap(({ valueFrom: { configMapKeyRef: map, secretKeyRef: secret } = {} }): Wanted[] => [
      ...(map ? [{ kind: "ConfigMap" as const, name: map.name ?? "", keys: [map.key ?? ""] }] : []),
      ...(secret ? [{ kind: "Secret" as const, name: secret.name ?? "", keys: [secret.key ?? ""] }] : []),
    ]),
  ]);
  return [...mounted, ...read];
}

function mountProblems(
  { volumeMounts = [] }: Container,
  { pod, spec }: { pod: PodSpec; spec: Workload["spec"] },
): string[] {
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
  const volumes = (pod.volumes ?? []).map(({ name }) => name);
  return volumeMounts.filter(({ name }) => ![...claims, ...volumes].includes(name)).map(({ name }) =>
    `mounts "${name}", which is no volume of it`
  );
}
