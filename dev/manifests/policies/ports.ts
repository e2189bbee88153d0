/** A port has one number and one name everywhere: where the program listens, in its container, its probes and its Service. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import { type Container, containersOf, matches, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { programContainers } from "../program_container.ts";

export const checkPorts: Check = (objects, context) => [
  ...programContainers(objects, context).filter(({ spec }) => spec?.isService).flatMap(
    ({ workload, container, listens }) => {
      const declared = (container.ports ?? []).map(({ containerPort }) => containerPort);
      const isSame = sorted(declared) === sorted(listens);
      return isSame
        ? []
        : [`${workload.id}: has the ports ${sorted(declared)}, its program listens on ${sorted(listens)}`];
    },
  ),
  ...workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).flatMap((container) => probeProblems(container, workload))
  ),
  ...ofKind(objects, "Service").flatMap((service) => serviceProblems(service, workloadsOf(objects))),
  ...ofKind(objects, "Ingress").flatMap((ingress) => ingressProblems(ingress, ofKind(objects, "Service"))),
];

function sorted(ports: readonly (number | undefined)[]): string {
  return ports.toSorted((a = 0, b = 0) => a - b).join(", ");
}

function hasPort({ ports = [] }: Container, wanted: string | number | undefined): boolean {
  return ports.some(({ name, containerPort }) => wanted === name || wanted === containerPort);
}

function probeProblems(container: Container, { id }: Workload): string[] {
  const { startupProbe, livenessProbe, readinessProbe } = container;
  return [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => {
    const port = (probe?.httpGet ?? (probe as { tcpSocket?: { port?: string | number } })?.tcpSocket)?.port;
    return port === undefined || hasPort(container, port)
      ? []
      : [`${id}: a probe asks port ${port}, which "${container.name}" does not have`];
  });
}

interface ServiceSpec {
  readonly selector?: Record<string, string>;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port?: number;
    readonly targetPort?: string | number;
  }[];
}

function serviceProblems(service: ManifestObject, workloads: readonly Workload[]): string[] {
  const { selector, ports = [] } = (service.spec ?? {}) as ServiceSpec;
  const selected = workloads.filter(({ labels }) => matches({ matchLabels: selector ?? {} }, labels));
  if (!selector || selected.length === 0) return [];
  return ports.filter(({ port, targetPort = port }) =>
    !selected.every((workload) => containersOf(workload).some((container) => hasPort(container, targetPort)))
  ).map(({ port, targetPort = port }) =>
    `${nameOf(service)}: port ${targetPort} is none of ${selected.map(({ id }) => id).join(", ")}`
  );
}

interface IngressSpec {
  readonly rules?: readonly {
    readonly http?: {
      readonly paths?: readonly {
        readonly backend?: {
          readonly service?: {
            readonly name?: string;
            readonly port?: { readonly name?: string; readonly number?: number };
          };
        };
      }[];
    };
  }[];
}

function ingressProblems(ingress: ManifestObject, services: readonly ManifestObject[]): string[] {
  const { rules = [] } = (ingress.spec ?? {}) as IngressSpec;
  return rules.flatMap(({ http }) => http?.paths ?? []).flatMap(({ backend }) => {
    const wanted = backend?.service;
    const service = services.find(({ metadata }) => metadata.name === wanted?.name);
    const ports = ((service?.spec ?? {}) as ServiceSpec).ports ?? [];
    const isThere = ports.some(({ name, port }) =>
      name === (wanted?.port?.name ?? "") || port === wanted?.port?.number
    );
    return isThere ? [] : [`${nameOf(ingress)}: Service/${wanted?.name} has no such port`];
  });
}
