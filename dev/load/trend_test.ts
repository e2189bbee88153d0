import { assertEquals } from "@std/assert";
import { lagTrend } from "../../client/load/lag_trend.ts";
import { memoryTrend } from "./memory_trend.ts";

const SECONDS = Array.from({ length: 300 }, (_, second) => second * 1000);
const MB = 1024 * 1024;

Deno.test("lagTrend() sees a backlog that grows, and neither a slow start nor a peak in between", () => {
  const trend = (lagAt: (second: number) => number) =>
    lagTrend(SECONDS.map((atMs) => ({ atMs, lagMs: lagAt(atMs / 1000) })), 300_000);
  assertEquals(trend(() => 40).isGrowing, false);
  assertEquals(trend((second) => second < 20 ? 2000 : 40).isGrowing, false);
  assertEquals(trend((second) => second === 290 ? 5000 : 40).isGrowing, false);
  assertEquals(trend((second) => 40 + second).isGrowing, true);
  assertEquals(trend((second) => 40 + second).windowMs[0], 54.5);
});

Deno.test("memoryTrend() judges what comes after two minutes, by its line and not its saw-teeth", () => {
  const trend = (mbAt: (second: number) => number) =>
    memoryTrend(SECONDS.map((atMs) => ({ atMs, bytes: mbAt(atMs / 1000) * MB })));
  assertEquals(trend(() => 100).isLevel, true);
  assertEquals(trend((second) => Math.min(100, second)).isLevel, true);
  assertEquals(trend((second) => 100 + second % 30).isLevel, true);
  const leak = trend((second) => 100 + second / 4);
  assertEquals([leak.isLevel, Math.round(leak.bytesPerMinute / MB), leak.fromMs], [false, 15, 120_000]);
});

Deno.test("memoryTrend() of a short run shows its last half and judges nothing", () => {
  const points = SECONDS.slice(0, 31).map((atMs) => ({ atMs, bytes: MB }));
  const { fromMs, isLevel } = memoryTrend(points);
  assertEquals([fromMs, isLevel], [15_000, undefined]);
  assertEquals(memoryTrend([]).isLevel, undefined);
});
