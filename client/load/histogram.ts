/** Times of millions of votes by HDR histogram: three digits of each, from a microsecond to ten minutes. */
import { build } from "hdr-histogram-js";

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Histogram {
  add(ms: number): void;
  percentiles(): Percentiles;
}

const MICROSECONDS_MAX = 600_000_000;

export function createHistogram(): Histogram {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: MICROSECONDS_MAX,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  let maxMs = 0;
  const at = (percent: number) => Math.min(maxMs, histogram.getValueAtPercentile(percent) / 1000);
  return {
    add(ms) {
      histogram.recordValue(Math.min(MICROSECONDS_MAX, Math.max(1, Math.round(ms * 1000))));
      maxMs = Math.max(maxMs, ms);
    },
    percentiles: () => ({
      count: histogram.totalCount,
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: maxMs,
    }),
  };
}
