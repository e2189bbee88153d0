/** What a run's figures come to: whether the rate was sustained and held, and which of the wanted figures were missed. */
import { isClean } from "./judge.ts";
import type { MemoryRow } from "./memory_row.ts";
import type { RunReport } from "./run_load.ts";

/** On two cores that the whole system shares with the load. */
export const LATENCY_P99_MS_MAX = 25;
export const LAG_P99_MS_MAX = 500;
/** Of a second's votes: what may be in flight when the last was sent, and how late the generator may have ended. */
const BEHIND_SECONDS_MAX = 1;
/** Of the run, at the generator's p99.9: above it the load was not the one that was asked for. */
const LATENESS_SHARE_MAX = 0.01;

export interface Verdict {
  /** Every accepted vote stored once, and nothing else; a run that accepted none shows nothing. */
  readonly kept: boolean;
  /** The votes were sent and answered as they came due, none was refused, and the lag did not grow. */
  readonly sustained: boolean;
  /** Sustained with every wanted percentile kept. */
  readonly held: boolean;
  /** In plain words; empty when all is well. */
  readonly missed: readonly string[];
}

export function judgeRun(report: RunReport, memory: readonly MemoryRow[] = []): Verdict {
  const notSustained = whyNotSustained(report);
  const notHeld = [...notSustained, ...missedPercentiles(report)];
  const growing = memory.filter(({ isLevel }) => isLevel === false).map(({ name }) =>
    `memory of ${name} grows`
  );
  return {
    kept: isClean(report.findings) && report.accepted > 0,
    sustained: notSustained.length === 0,
    held: notHeld.length === 0,
    missed: [...notHeld, ...growing],
  };
}

function missedPercentiles({ latency, lag }: RunReport): string[] {
  const missed: string[] = [];
  if (latency.p99 > LATENCY_P99_MS_MAX) {
    missed.push(`p99 of the vote is ${latency.p99.toFixed(1)} ms, wanted ${LATENCY_P99_MS_MAX} at most`);
  }
  if (lag.lag.p99 > LAG_P99_MS_MAX) {
    missed.push(`p99 of the lag is ${lag.lag.p99.toFixed(0)} ms, wanted ${LAG_P99_MS_MAX} at most`);
  }
  return missed;
}

function whyNotSustained(report: RunReport): string[] {
  const { perSecond, seconds, shed, sendingMs, inFlightAtEnd, answers, refused, unknown, lag, lateness } =
    report;
  const why: string[] = [];
  if (shed > 0) why.push(`${shed} votes were not sent, too many were in flight`);
  const lateMs = sendingMs - seconds * 1000;
  if (lateMs > BEHIND_SECONDS_MAX * 1000) why.push(`the generator ended ${lateMs.toFixed(0)} ms late`);
  const latenessMsMax = LATENESS_SHARE_MAX * seconds * 1000;
  if (lateness.p999 > latenessMsMax) {
    why.push(
      `p99.9 of the generator's lateness is ${lateness.p999.toFixed(0)} ms, wanted ${
        latenessMsMax.toFixed(0)
      } at most`,
    );
  }
  if (inFlightAtEnd > Math.max(10, perSecond * BEHIND_SECONDS_MAX)) {
    why.push(`${inFlightAtEnd} votes waited for an answer at the end`);
  }
  if (answers["TICKET_EXHAUSTED"]) {
    why.push(`${answers["TICKET_EXHAUSTED"]} votes met a used-up ticket: raise CAST_TICKET_USES`);
  }
  if (refused > 0) why.push(`${refused} votes were refused`);
  if (unknown > 0) why.push(`${unknown} votes never had an answer`);
  if (lag.trend.isGrowing) {
    const { firstQuarterMs, lastQuarterMs } = lag.trend;
    why.push(`the lag grows: median ${firstQuarterMs.toFixed(0)} ms, then ${lastQuarterMs.toFixed(0)} ms`);
  }
  return why;
}
