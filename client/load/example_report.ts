/** The report of a run in which all is well, for tests to change. */
import type { RunReport } from "./run_load.ts";

export const EXAMPLE_TIMES = { count: 1000, p50: 1, p90: 1, p99: 1, p999: 1, max: 1 };

export function exampleReport(change: Partial<RunReport> = {}): RunReport {
  return {
    run: "load-test",
    perSecond: 100,
    seconds: 10,
    due: 1000,
    shed: 0,
    sendingMs: 10_000,
    inFlightAtEnd: 1,
    answers: { ACCEPTED: 1000 },
    repeats: 0,
    latency: EXAMPLE_TIMES,
    latencyP99ByTenths: [30, 1, 1, 1, 1, 1, 1, 1, 1, undefined],
    lateness: EXAMPLE_TIMES,
    accepted: 1000,
    refused: 0,
    unknown: 0,
    lag: exampleLag(),
    findings: { counts: {}, examples: [], stored: 1000, unknownStored: 0 },
    ...change,
  };
}

export function exampleLag({ p99 = 1, isGrowing = false } = {}): RunReport["lag"] {
  return {
    lag: { ...EXAMPLE_TIMES, p99 },
    trend: { windowMs: [], firstQuarterMs: 1, lastQuarterMs: 1, isGrowing },
    perSecondMax: 100,
    unseen: 0,
    skipped: 0,
  };
}
