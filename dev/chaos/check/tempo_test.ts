import { assert, assertEquals } from "@std/assert";
import type { LoadCounts } from "../load/history.ts";
import { createLatency } from "./latency.ts";
import { callLine, eventLine } from "./small_run.ts";
import { createTempo } from "./tempo.ts";

const COUNTS: LoadCounts = {
  due: 60,
  arrived: 50,
  shed: 10,
  accepted: 20,
  gaveUpUnknown: 0,
  gaveUpRefused: 30,
  neverCalled: 0,
  arrivingMs: 5000,
};

Deno.test("createLatency() gives percentiles to within 5 %", () => {
  const latency = createLatency();
  assertEquals(latency.percentiles(), { p50: 0, p99: 0, p999: 0, max: 0 });
  for (let ms = 1; ms <= 10_000; ms++) latency.add(ms);
  const { p50, p99, p999, max } = latency.percentiles();
  for (const [got, wanted] of [[p50, 5000], [p99, 9900], [p999, 9990]] as const) {
    assert(Math.abs(got / wanted - 1) < 0.05, `got ${got}, wanted about ${wanted}`);
  }
  assertEquals(max, 10_000);
});

Deno.test("createLatency() takes times beyond its steps", () => {
  const latency = createLatency();
  for (const ms of [0, 1e9]) latency.add(ms);
  assertEquals(latency.percentiles().max, 1e9);
});

Deno.test("createTempo() finds the longest time without an accepted vote, the ends of the load included", () => {
  const longest = (acceptedTs: number[]) => {
    const tempo = createTempo();
    tempo.line(eventLine(100, { event: "load_begun", perSecond: 10 }));
    for (const t1 of acceptedTs) tempo.line(callLine("a", { t0: t1 - 5, t1 }));
    tempo.line(callLine("b", { t0: 800, t1: 805, outcome: "NOT_READY" }));
    tempo.line(eventLine(1000, { event: "load_ended", ...COUNTS }));
    // Between two loads nobody votes.
    tempo.line(eventLine(9000, { event: "load_begun", perSecond: 10 }));
    tempo.line(eventLine(9001, { event: "load_ended", ...COUNTS }));
    return tempo.summary().longestWithoutAcceptedMs;
  };
  assertEquals(longest([200, 300, 700, 950]), 400);
  assertEquals(longest([900]), 800);
  assertEquals(longest([200, 300]), 700);
  assertEquals(longest([]), 900);
});

Deno.test("createTempo() adds up the loads of a run", () => {
  const tempo = createTempo();
  for (const t of [0, 10_000]) {
    tempo.line(eventLine(t, { event: "load_begun", perSecond: 12 }));
    tempo.line(eventLine(t + 5000, { event: "load_ended", ...COUNTS }));
  }
  const { shed, arrivalsPerSecond, acceptedPerSecond } = tempo.summary();
  assertEquals({ shed, arrivalsPerSecond, acceptedPerSecond }, {
    shed: 20,
    arrivalsPerSecond: 10,
    acceptedPerSecond: 4,
  });
});
