/** The ledger: where Postgres is several, a vote counts as stored when a second copy has it, and backups reach back less than Kafka does. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import { containersOf, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

const INSTANCES_MIN = 3;

interface ClusterSpec {
  readonly instances?: number;
  readonly postgresql?: {
    readonly synchronous?: { readonly number?: number; readonly dataDurability?: string };
    readonly parameters?: Readonly<Record<string, string>>;
  };
  readonly affinity?: { readonly enablePodAntiAffinity?: boolean; readonly podAntiAffinityType?: string };
}

/** Settings that would let Postgres forget what it said it had stored. */
const UNSAFE: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

export const checkPostgres: Check = (objects) => [
  ...ofKind(objects, "Cluster").flatMap((cluster) => [
    ...clusterProblems((cluster.spec ?? {}) as ClusterSpec).map((problem) =>
      `${nameOf(cluster)}: ${problem}`
    ),
    ...backupProblems(cluster, objects),
  ]),
  ...workloadsOf(objects).filter((workload) =>
    containersOf(workload).some(({ image }) => /(^|\/)(postgres|postgresql)[:@]/.test(image ?? ""))
  ).flatMap(({ id, kind, spec }) => [
    ...(kind === "StatefulSet" && spec.replicas === 1 ? [] : [`${id}: wanted one copy, in a StatefulSet`]),
    ...((spec.volumeClaimTemplates ?? []).length > 0 ? [] : [`${id}: keeps its data on no volume claim`]),
  ]),
];

function clusterProblems({ instances = 0, postgresql = {}, affinity = {} }: ClusterSpec): string[] {
  const { synchronous = {}, parameters = {} } = postgresql;
  const unsafe = Object.entries(UNSAFE).filter(([name, value]) => parameters[name] === value);
  return [
    ...(instances >= INSTANCES_MIN ? [] : [`has ${instances} instances, wanted ${INSTANCES_MIN} at least`]),
    ...((synchronous.number ?? 0) >= 1 && (synchronous.number ?? 0) < instances
      ? []
      : [`waits for ${synchronous.number ?? 0} of ${instances - 1} replicas`]),
    // The other choice goes on alone when no replica answers, and takes the votes of that time with it when it dies.
    ...(synchronous.dataDurability === "required" ? [] : ["takes votes that no replica has"]),
    ...(affinity.enablePodAntiAffinity === true && affinity.podAntiAffinityType === "required"
      ? []
      : ["may have all its instances on one node"]),
    ...unsafe.map(([name, value]) => `has ${name} ${value}`),
  ];
}

/** A ledger from a backup reads the rest from Kafka again, as far back as Kafka goes. */
function backupProblems(cluster: ManifestObject, objects: readonly ManifestObject[]): string[] {
  const { name } = cluster.metadata;
  const isBackedUp = ofKind(objects, "ScheduledBackup").some(({ spec }) =>
    (spec as { cluster?: { name?: string } } | undefined)?.cluster?.name === name
  );
  const kafkaDays = Math.min(
    ...ofKind(objects, "KafkaTopic").map(({ spec }) =>
      Number((spec as { config?: Record<string, string> } | undefined)?.config?.["retention.ms"]) / 86_400_000
    ),
  );
  const kept = ofKind(objects, "ObjectStore").map(({ spec }) =>
    Number(/^(\d+)d$/.exec((spec as { retentionPolicy?: string } | undefined)?.retentionPolicy ?? "")?.[1])
  );
  return [
    ...(isBackedUp ? [] : [`${nameOf(cluster)}: is never backed up`]),
    ...kept.filter((days) => !(days < kafkaDays)).map((days) =>
      `${nameOf(cluster)}: has backups of ${days} days, Kafka keeps votes for ${kafkaDays}`
    ),
  ];
}
