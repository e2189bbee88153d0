/**
 * Which pods answer at an address: those of the manifests by their Services, and those that an operator makes of a custom
 * object, under the names and labels that the operator gives them.
 */
import { type Labels, type ManifestObject, ofKind } from "./manifest_object.ts";
import { containersOf, matches, workloadsOf } from "./pod.ts";

const SOLVER = "Solver";

export interface PodGroup {
  /** `StatefulSet/redis`, `Kafka/cast`. */
  readonly id: string;
  readonly labels: Labels;
  readonly ports: readonly { readonly name: string | undefined; readonly number: number }[];
  /** Made by an operator, which lets in whom its custom object names, and itself. */
  readonly isOperated: boolean;
}

/** A port of a pod, which is what network policies speak of, whatever the Service in front calls it. */
export interface Target {
  readonly pods: PodGroup;
  readonly port: number;
}

export function podGroups(objects: readonly ManifestObject[]): PodGroup[] {
  return [
    ...workloadsOf(objects).map((workload): PodGroup => ({
      id: workload.id,
      labels: workload.labels,
      ports: containersOf(workload).flatMap(({ ports = [] }) =>
        ports.map(({ name, containerPort = 0 }) => ({ name, number: containerPort }))
      ),
      isOperated: false,
    })),
    ...ofKind(objects, "Kafka").map(strimziBrokers),
    ...ofKind(objects, "Cluster").map(postgresInstances),
    ...ofKind(objects, "Ingress").map(certificateSolver),
  ];
}

/** Undefined when nothing in the manifests answers there. */
export function resolve(
  { host, port }: { host: string; port: number },
  objects: readonly ManifestObject[],
): Target | undefined {
  const [name = "", second = ""] = host.split(".");
  const groups = podGroups(objects);
  // A pod of a StatefulSet or of an operator has a name below that of its Service.
  for (const service of [name, second]) {
    const target = serviceTarget({ name: service, port }, objects, groups);
    if (target) return target;
  }
  return operatedTarget({ host, port }, groups);
}

interface ServiceSpec {
  readonly selector?: Labels;
  readonly ports?: readonly { readonly port?: number; readonly targetPort?: string | number }[];
}

function serviceTarget(
  { name, port }: { name: string; port: number },
  objects: readonly ManifestObject[],
  groups: readonly PodGroup[],
): Target | undefined {
  const service = ofKind(objects, "Service").find(({ metadata }) => metadata.name === name);
  const { selector, ports = [] } = (service?.spec ?? {}) as ServiceSpec;
  const pods = selector && groups.find(({ labels }) => matches({ matchLabels: selector }, labels));
  const served = ports.find((candidate) => candidate.port === port);
  if (!pods || !served) return undefined;
  const wanted = served.targetPort ?? port;
  const number = typeof wanted === "number" ? wanted : pods.ports.find(({ name }) => name === wanted)?.number;
  return number === undefined ? undefined : { pods, port: number };
}

function operatedTarget(
  { host, port }: { host: string; port: number },
  groups: readonly PodGroup[],
): Target | undefined {
  const labels = host.split(".");
  const pods = groups.filter(({ isOperated }) => isOperated).find(({ id }) => {
    const [kind, name] = id.split("/");
    const services: Readonly<Record<string, readonly string[]>> = {
      Kafka: [`${name}-kafka-bootstrap`, `${name}-kafka-brokers`],
      Cluster: [`${name}-rw`],
    };
    return labels.slice(0, 2).some((label) => services[kind ?? ""]?.includes(label));
  });
  return pods?.ports.some(({ number }) => number === port) ? { pods, port } : undefined;
}

function strimziBrokers({ metadata: { name }, spec }: ManifestObject): PodGroup {
  const { kafka } = (spec ?? {}) as { kafka?: { listeners?: readonly { name?: string; port?: number }[] } };
  return {
    id: `Kafka/${name}`,
    labels: {
      "app.kubernetes.io/name": "kafka",
      "app.kubernetes.io/instance": name,
      "strimzi.io/cluster": name,
      "strimzi.io/kind": "Kafka",
      "strimzi.io/name": `${name}-kafka`,
      "strimzi.io/component-type": "kafka",
      "strimzi.io/broker-role": "true",
    },
    ports: (kafka?.listeners ?? []).map((listener) => ({ name: listener.name, number: listener.port ?? 0 })),
    isOperated: true,
  };
}

function postgresInstances({ metadata: { name } }: ManifestObject): PodGroup {
  return {
    id: `Cluster/${name}`,
    labels: { "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" },
    ports: [{ name: "postgresql", number: 5432 }],
    isOperated: true,
  };
}

/** What cert-manager makes where it has to prove to an authority whose host an Ingress names. */
function certificateSolver({ metadata: { name } }: ManifestObject): PodGroup {
  return {
    id: `${SOLVER}/${name}`,
    labels: { "acme.cert-manager.io/http01-solver": "true" },
    ports: [{ name: undefined, number: 8089 }],
    isOperated: true,
  };
}

export function isSolver({ id }: PodGroup): boolean {
  return id.startsWith(`${SOLVER}/`);
}
