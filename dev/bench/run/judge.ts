/** What a figure's samples come to: medians, the ratio to the limit, and whether what was wanted is there. */
import type { Figure } from "../bench.ts";
import { median } from "../../../client/load/median.ts";

export interface Judged extends Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly limitMedian?: number;
  /** The median of the rounds' ratios, not the ratio of the medians: a round shares its noise with its own limit. */
  readonly ratio?: number;
  readonly verdict?: "kept" | "MISSED";
}

/** Throws where the limit was not measured in the same rounds. */
export function judge(figure: Figure): Judged {
  const { samples, limit, wanted } = figure;
  const middle = median(samples);
  const ratio = limit && median(ratios(figure, limit.samples));
  const value = ratio ?? middle;
  return {
    ...figure,
    median: middle,
    min: Math.min(...samples),
    max: Math.max(...samples),
    ...(limit ? { limitMedian: median(limit.samples) } : {}),
    ...(ratio === undefined ? {} : { ratio }),
    ...(wanted ? { verdict: isKept(value, wanted) ? "kept" : "MISSED" } : {}),
  };
}

function ratios({ what, samples }: Figure, limits: readonly number[]): number[] {
  if (limits.length !== samples.length) {
    throw new Error(`Compare "${what}" with its limit: got ${samples.length} and ${limits.length} rounds`);
  }
  return samples.map((sample, round) => sample / (limits[round] as number));
}

function isKept(value: number, wanted: NonNullable<Figure["wanted"]>): boolean {
  return "atLeast" in wanted ? value >= wanted.atLeast : value <= wanted.atMost;
}
