/** Where metrics are gathered, they are gathered of every program, at the port and the path that it serves. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import { type LabelSelector, matches } from "../pod.ts";
import type { Check } from "../policy.ts";
import { type ProgramContainer, programContainers } from "../program_container.ts";

const PATH = "/metrics";

interface MonitorSpec {
  readonly selector?: LabelSelector;
  readonly podMetricsEndpoints?: readonly { readonly port?: string; readonly path?: string }[];
}

export const checkMonitoring: Check = (objects, context) => {
  const monitors = ofKind(objects, "PodMonitor");
  const services = programContainers(objects, context).filter(({ spec }) => spec?.isService);
  const isSelected = ({ workload: { labels } }: ProgramContainer) =>
    monitors.filter(({ spec }) => matches((spec as MonitorSpec | undefined)?.selector, labels)).length;
  return [
    ...services.filter((service) => monitors.length > 0 && isSelected(service) !== 1).map((service) =>
      `${service.workload.id}: is gathered from by ${isSelected(service)} PodMonitors, wanted one`
    ),
    ...monitors.flatMap((monitor) => endpointProblems(monitor, { services, context })),
  ];
};

function endpointProblems(
  monitor: ManifestObject,
  { services, context }: { services: readonly ProgramContainer[]; context: Parameters<Check>[1] },
): string[] {
  const { selector, podMetricsEndpoints = [] } = (monitor.spec ?? {}) as MonitorSpec;
  const selected = services.filter(({ workload }) => matches(selector, workload.labels));
  return podMetricsEndpoints.flatMap(({ port, path = PATH }) => [
    ...(path === PATH && context.opsPaths.has(path)
      ? []
      : [`${nameOf(monitor)}: asks for ${path}, wanted ${PATH}`]),
    ...selected.filter(({ container }) => !container.ports?.some(({ name }) => name === port)).map((
      { workload },
    ) => `${nameOf(monitor)}: ${workload.id} has no port "${port}"`),
  ]);
}
