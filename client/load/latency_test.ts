import { assertEquals } from "@std/assert";
import { createLatency } from "./latency.ts";

Deno.test("createLatency() keeps a slow start apart from the rest, and in the whole", () => {
  const latency = createLatency(1000);
  for (let n = 0; n < 900; n++) latency.add(n, n < 100 ? 50 : 2);
  const tenths = latency.p99ByTenths().map((ms) => ms === undefined ? undefined : Math.round(ms));
  assertEquals(tenths, [50, 2, 2, 2, 2, 2, 2, 2, 2, undefined]);
  assertEquals(latency.percentiles().count, 900);
  assertEquals(Math.round(latency.percentiles().p99), 50);
});
