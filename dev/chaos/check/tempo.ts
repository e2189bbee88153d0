/** How a run went: figures gathered while the history is read. */
import type { HistoryLine } from "../load/history.ts";
import { createLatency } from "./latency.ts";

export function createTempo() {
  const latency = createLatency();
  const answers: Record<string, number> = {};
  let [longestMs, shed, arrived, accepted, arrivingMs] = [0, 0, 0, 0, 0];
  /** Of the last accepted vote, or of the load's beginning; undefined before the first. */
  let lastT: number | undefined;

  function waitedUntil(t: number): void {
    if (lastT === undefined) return;
    longestMs = Math.max(longestMs, t - lastT);
    lastT = Math.max(lastT, t);
  }
  return {
    line(line: HistoryLine): void {
      if (line.kind === "call") {
        answers[line.outcome] = (answers[line.outcome] ?? 0) + 1;
        if (line.outcome !== "ACCEPTED") return;
        latency.add(line.t1 - line.t0);
        waitedUntil(line.t1);
      } else if (line.kind === "event" && line.event === "load_begun") lastT = line.t;
      else if (line.kind === "event" && line.event === "load_ended") {
        waitedUntil(line.t);
        shed += line.shed;
        arrived += line.arrived;
        accepted += line.accepted;
        arrivingMs += line.arrivingMs;
      }
    },
    summary: () => ({
      answers,
      shed,
      arrivalsPerSecond: perSecond(arrived, arrivingMs),
      acceptedPerSecond: perSecond(accepted, arrivingMs),
      latencyMs: latency.percentiles(),
      longestWithoutAcceptedMs: Math.round(longestMs),
    }),
  };
}

function perSecond(count: number, ms: number): number {
  return ms === 0 ? 0 : Math.round(count * 10_000 / ms) / 10;
}
