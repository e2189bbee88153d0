/** Nothing is killed while it still answers or flushes: the grace period covers the drain and the stop after it. */
import { workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { configOf, programContainers } from "../program_container.ts";

/** What Kubernetes gives unless told otherwise. */
const GRACE_SECONDS = 30;
/** How long a collector is waited for unless told otherwise. */
const TRACE_MS = 10_000;
/** A store flushes and hands over. */
const STORE_GRACE_SECONDS_MIN = 30;

export const checkStopTime: Check = (objects, context) => [
  ...programContainers(objects, context).filter(({ spec }) => spec?.isService).flatMap((program) => {
    const { workload: { id, pod }, container } = program;
    const { apiDrainMs = 0 } = configOf(program) as { apiDrainMs?: number };
    const sleepMs = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
    const graceMs = (pod.terminationGracePeriodSeconds ?? GRACE_SECONDS) * 1000;
    // Deno sends what traces it still has, when the program is done.
    const timeoutMs = { ...program.shared, ...program.own }["OTEL_EXPORTER_OTLP_TIMEOUT"] ?? TRACE_MS;
    const neededMs = sleepMs + apiDrainMs + context.stopMsMax + (program.collector ? Number(timeoutMs) : 0);
    return graceMs > neededMs
      ? []
      : [`${id}: is killed after ${graceMs} ms, stopping takes up to ${neededMs} ms`];
  }),
  ...workloadsOf(objects).filter(({ kind }) => kind === "StatefulSet").flatMap(({ id, pod }) => {
    const seconds = pod.terminationGracePeriodSeconds ?? GRACE_SECONDS;
    return seconds >= STORE_GRACE_SECONDS_MIN
      ? []
      : [`${id}: is killed after ${seconds} s, a store needs ${STORE_GRACE_SECONDS_MIN} s`];
  }),
];
