/** Every metric of every program, collected from registries as the programs fill them: no list that could grow old. */
import { type Metric, Registry } from "prom-client";
import { createApiMetrics } from "../../api/metrics.ts";
import { startProcessMetrics } from "../../shared/metrics/process_metrics.ts";
import { exportStoreStates } from "../../shared/metrics/store_metrics.ts";
import { createRelayMetrics } from "../../workers/outbox_relay/metrics.ts";
import { createRotatorMetrics } from "../../workers/ticket_rotator/metrics.ts";
import { createDriftMetrics } from "../../workers/vote_persister/guard/drift_metrics.ts";
import { createGuardMetrics } from "../../workers/vote_persister/guard/metrics.ts";
import { createPersisterMetrics } from "../../workers/vote_persister/metrics.ts";

export interface ExportedMetric {
  readonly name: string;
  /** In Prometheus's words: counter, gauge or histogram. */
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** As the logs name them. */
  readonly programs: readonly string[];
}

const nothing = () => Promise.resolve(undefined);
const isThere = () => true;

/** What each program puts into its registry, without any store. A system test holds the running programs to it. */
export const PROGRAM_METRICS: Readonly<Record<string, (registry: Registry) => void>> = {
  api(registry) {
    exportStoreStates(registry, { program: "api", stores: { redis: isThere } });
    createApiMetrics(registry, { outboxMax: 1 });
  },
  ticket_rotator(registry) {
    exportStoreStates(registry, { program: "ticket_rotator", stores: { redis: isThere } });
    createRotatorMetrics(registry, { readTicket: nothing });
  },
  outbox_relay(registry) {
    exportStoreStates(registry, { program: "outbox_relay", stores: { redis: isThere, kafka: isThere } });
    createRelayMetrics(registry, { readOutbox: nothing });
  },
  vote_persister(registry) {
    const stores = { redis: isThere, kafka: isThere, postgres: isThere };
    exportStoreStates(registry, { program: "vote_persister", stores });
    createPersisterMetrics(registry);
    createGuardMetrics(registry);
    createDriftMetrics(registry);
  },
};

/** A registry as the program of that name fills it, and its text. */
export async function filledRegistry(program: string): Promise<{ registry: Registry; text: string }> {
  const registry = new Registry();
  const measured = startProcessMetrics(registry, { program });
  measured.stop();
  PROGRAM_METRICS[program]?.(registry);
  return { registry, text: await registry.metrics() };
}

/** In the order of programs, and of each program's own. */
export async function exportedMetrics(): Promise<readonly ExportedMetric[]> {
  const found = new Map<string, ExportedMetric & { programs: string[] }>();
  for (const program of Object.keys(PROGRAM_METRICS)) {
    const { registry } = await filledRegistry(program);
    for (const { name, help, type } of await registry.getMetricsAsJSON()) {
      const known = found.get(name) ??
        { name, help, type: String(type), labels: labelsOf(registry, name), programs: [] };
      known.programs.push(program);
      found.set(name, known);
    }
  }
  return [...found.values()];
}

/** prom-client keeps them on the metric, beside what its types tell of. */
function labelsOf(registry: Registry, name: string): readonly string[] {
  const metric = registry.getSingleMetric(name) as (Metric & { labelNames?: string[] }) | undefined;
  return metric?.labelNames?.filter((label) => label !== "le") ?? [];
}
