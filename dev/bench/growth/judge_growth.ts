/**
 * How a cost grows with a size, as a table can say it. Pure.
 *
 * Flat is a ratio of what is within the noise of two busy cores. Logarithmic is what balanced trees, skip lists and
 * caches that fill up do: each tenfold of the size adds about the same, and no more than half of what the smaller size
 * costs. Neighbours are held to that as well, or a cost that begins to climb at the largest sizes would hide behind the
 * flat ones before.
 */
import { median } from "../../../client/load/median.ts";

export const FLAT_RATIO_MAX = 1.5;
/** Of the smaller size's cost, for each tenfold. */
const TENFOLD_ADDS_MAX = 0.5;

export interface GrowthPoint {
  readonly size: number;
  /** The cost, round by round. */
  readonly samples: readonly number[];
}

/** One cost at several sizes of what it may depend on. */
export interface Growth {
  /** What costs: `vote script`. */
  readonly what: string;
  /** Of what there is more: `candidates`. */
  readonly of: string;
  readonly unit: string;
  /** Smallest first. */
  readonly points: readonly GrowthPoint[];
  /** Where the work itself grows with the size: why. Undefined where the cost must not depend on it. */
  readonly linearBecause?: string;
}

export type GrowthKind = "flat" | "logarithmic" | "linear by nature" | "grows";

export interface JudgedGrowth {
  /** The largest size's cost in units of the smallest's: the median of the rounds' ratios. */
  readonly ratio: number;
  readonly kind: GrowthKind;
}

export interface GrowthPair {
  readonly smaller: GrowthPoint;
  readonly larger: GrowthPoint;
}

/** Throws for fewer than two sizes. */
export function judgeGrowth({ points, linearBecause }: Growth): JudgedGrowth {
  const [smallest, largest] = [points[0], points.at(-1)];
  if (!smallest || !largest || points.length < 2) throw new Error("Judge growth: wanted two sizes or more");
  const ratio = ratioOf(largest, smallest);
  const isHeld = linearBecause !== undefined || heldPairs(points).every(({ smaller, larger }) => {
    return ratioOf(larger, smaller) <= logarithmicRatioMax(smaller.size, larger.size);
  });
  if (!isHeld) return { ratio, kind: "grows" };
  if (ratio <= FLAT_RATIO_MAX) return { ratio, kind: "flat" };
  return { ratio, kind: linearBecause === undefined ? "logarithmic" : "linear by nature" };
}

/** Every size with the smallest, and with its smaller neighbour where that is another. */
export function heldPairs(points: readonly GrowthPoint[]): GrowthPair[] {
  const [smallest, ...others] = points;
  if (!smallest) return [];
  return others.flatMap((larger, index) => {
    const neighbour = points[index] as GrowthPoint;
    return [...new Set([smallest, neighbour])].map((smaller) => ({ smaller, larger }));
  });
}

/** How much more the larger size may cost. A size of 0 counts as 1. */
export function logarithmicRatioMax(smaller: number, larger: number): number {
  const tenfolds = Math.log10(Math.max(larger, 1) / Math.max(smaller, 1));
  return Math.max(FLAT_RATIO_MAX, 1 + TENFOLD_ADDS_MAX * tenfolds);
}

function ratioOf({ samples: costs }: GrowthPoint, { samples: base }: GrowthPoint): number {
  return median(costs.map((cost, round) => cost / (base[round] ?? median(base))));
}
