/** How long the votes of a run took: all together, and by tenths of the run, so that a slow start shows as one. */
import { createHistogram, type Percentiles } from "./histogram.ts";

export interface Latency {
  add(n: number, ms: number): void;
  percentiles(): Percentiles;
  /** Undefined where no vote was added. */
  p99ByTenths(): readonly (number | undefined)[];
}

const TENTHS = 10;

/** Votes come due evenly: the number of one says in which tenth it was due. */
export function createLatency(total: number): Latency {
  const whole = createHistogram();
  const tenths = Array.from({ length: TENTHS }, createHistogram);
  return {
    add(n, ms) {
      whole.add(ms);
      tenths[Math.floor(n * TENTHS / total)]?.add(ms);
    },
    percentiles: whole.percentiles,
    p99ByTenths: () =>
      tenths.map((tenth) => {
        const { count, p99 } = tenth.percentiles();
        return count === 0 ? undefined : p99;
      }),
  };
}
