/** What every program exports of its own process: which build it is, since when it runs, what it takes and how late it is. */
import process from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import denoConfig from "../../deno.json" with { type: "json" };
import { measureLoopDelay } from "./loop_delay.ts";

export interface ProcessMetrics {
  /** Ends the measurement of the event loop. */
  stop(): void;
}

const DELAY_BUCKETS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * `program` is a label here and nowhere else but with the stores: what only one program exports says by its name whose
 * it is, and the rules need to know nothing of how a program is scraped.
 */
export function startProcessMetrics(registry: Registry, { program }: { program: string }): ProcessMetrics {
  const common = { labelNames: ["program"], registers: [registry] };
  new Gauge({
    name: "cast_build_info",
    help: "Always 1; the label version says which CAST this program is of",
    labelNames: ["program", "version"],
    registers: [registry],
  }).set({ program, version: denoConfig.version }, 1);
  new Gauge({
    ...common,
    name: "cast_process_start_time_seconds",
    help: "When this program was started, in seconds since 1970",
  }).set({ program }, performance.timeOrigin / 1000);
  new Counter({
    ...common,
    name: "cast_process_cpu_seconds_total",
    help: "Processor time that this program has used, its own and the system's for it",
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc({ program }, (user + system) / 1e6);
    },
  });
  exportMemory(registry, program);
  const delay = new Histogram({
    ...common,
    name: "cast_event_loop_delay_seconds",
    help: "How late timers are called: what blocks the program's one thread",
    buckets: DELAY_BUCKETS_S,
  });
  delay.zero({ program });
  const labelled = delay.labels({ program });
  return { stop: measureLoopDelay((seconds) => labelled.observe(seconds)) };
}

function exportMemory(registry: Registry, program: string): void {
  const common = { labelNames: ["program"], registers: [registry] };
  new Gauge({
    ...common,
    name: "cast_process_resident_memory_bytes",
    help: "Memory of this program that is in RAM",
    collect() {
      this.set({ program }, Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    ...common,
    name: "cast_process_heap_used_bytes",
    help: "Memory that JavaScript objects of this program take",
    collect() {
      this.set({ program }, Deno.memoryUsage().heapUsed);
    },
  });
}
