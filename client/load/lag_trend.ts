/** Whether the lag grows: medians of its windows, the last quarter of the run against the first after the warm-up. */

import { median } from "./median.ts";

export interface LagTrend {
  /** One a tenth of the run, in milliseconds; undefined where nothing was sampled. */
  readonly windowMs: readonly (number | undefined)[];
  readonly firstQuarterMs: number;
  readonly lastQuarterMs: number;
  readonly isGrowing: boolean;
}

const WINDOWS = 10;
/** Of the run: connections are made and code is compiled meanwhile. */
const WARM_UP_SHARE = 0.1;
/** What a median of a busy machine moves by itself; a backlog that grows passes it within seconds. */
const GROWTH_RATIO_MAX = 1.5;
const GROWTH_MS_MAX = 50;

export function lagTrend(
  points: readonly { readonly atMs: number; readonly lagMs: number }[],
  runMs: number,
): LagTrend {
  const between = (from: number, to: number) => {
    const within = points.filter(({ atMs }) => atMs >= from * runMs && atMs < to * runMs);
    return within.length === 0 ? undefined : median(within.map(({ lagMs }) => lagMs));
  };
  const quarter = (1 - WARM_UP_SHARE) / 4;
  const firstQuarterMs = between(WARM_UP_SHARE, WARM_UP_SHARE + quarter) ?? 0;
  const lastQuarterMs = between(1 - quarter, Infinity) ?? 0;
  return {
    windowMs: Array.from({ length: WINDOWS }, (_, index) => between(index / WINDOWS, (index + 1) / WINDOWS)),
    firstQuarterMs,
    lastQuarterMs,
    isGrowing: lastQuarterMs > firstQuarterMs * GROWTH_RATIO_MAX + GROWTH_MS_MAX,
  };
}
