import { assert, assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import denoConfig from "../../deno.json" with { type: "json" };
import { waitFor } from "../testing/wait_for.ts";
import { startProcessMetrics } from "./process_metrics.ts";
import { exportStoreStates } from "./store_metrics.ts";

async function valueOf(registry: Registry, line: string): Promise<number> {
  const lines = (await registry.metrics()).split("\n");
  return Number(lines.find((each) => each.startsWith(`${line} `))?.slice(line.length));
}

Deno.test("startProcessMetrics() tells version, start, processor time, memory and delay of a program", async () => {
  const registry = new Registry();
  const metrics = startProcessMetrics(registry, { program: "api" });
  const of = (name: string) => valueOf(registry, `${name}{program="api"}`);
  const delays = "cast_event_loop_delay_seconds_count";
  assertEquals(await of(delays), 0);
  await waitFor(async () => await of(delays) > 0, { what: "a delay that was measured" });
  metrics.stop();
  assertEquals(await valueOf(registry, `cast_build_info{program="api",version="${denoConfig.version}"}`), 1);
  const started = await of("cast_process_start_time_seconds");
  assert(started <= Date.now() / 1000 && started > Date.now() / 1000 - 86_400, String(started));
  const used = await of("cast_process_cpu_seconds_total");
  const untilUsed = () => of("cast_process_cpu_seconds_total").then((now) => now > used);
  await waitFor(untilUsed, { what: "processor time that rises" });
  assert(await of("cast_process_resident_memory_bytes") > 1e6);
  assert(await of("cast_process_heap_used_bytes") > 1e5);
});

Deno.test("exportStoreStates() tells of each store whether it is reached at the moment", async () => {
  const registry = new Registry();
  let isConnected = false;
  const stores = { redis: () => isConnected, kafka: () => true };
  exportStoreStates(registry, { program: "outbox_relay", stores });
  const of = (store: string) =>
    valueOf(registry, `cast_store_connected{program="outbox_relay",store="${store}"}`);
  assertEquals([await of("redis"), await of("kafka")], [0, 1]);
  isConnected = true;
  assertEquals([await of("redis"), await of("kafka")], [1, 1]);
});
