/** A growth as lines of the bench's table, and as one line for people. Pure. */
import type { Figure } from "../bench.ts";
import { median } from "../../../client/load/median.ts";
import { type Growth, heldPairs, judgeGrowth, logarithmicRatioMax } from "./judge_growth.ts";

/** One figure for the smallest size, and one for each pair that is held, of the same rounds. */
export function toFigures({ what, of, unit, points, linearBecause }: Growth): Figure[] {
  const [smallest] = points;
  if (!smallest) return [];
  const name = (size: number) => `${size.toLocaleString("en-US")} ${of}`;
  return [
    { what: `${what}, ${name(smallest.size)}`, unit, samples: smallest.samples },
    ...heldPairs(points).map(({ smaller, larger }) => ({
      what: `${what}, ${name(larger.size)}`,
      unit,
      samples: larger.samples,
      limit: { what: name(smaller.size), samples: smaller.samples },
      ...(linearBecause === undefined
        ? { wanted: { atMost: logarithmicRatioMax(smaller.size, larger.size) } }
        : {}),
    })),
  ];
}

export function describeGrowth(growth: Growth): string {
  const { what, of, unit, points, linearBecause } = growth;
  const { ratio, kind } = judgeGrowth(growth);
  const costs = points.map(({ size, samples }) =>
    `${size.toLocaleString("en-US")}: ${threeDigits(median(samples))}`
  );
  const reason = kind === "linear by nature" ? `: ${linearBecause}` : "";
  return `${what} (${unit}) by ${of}: ${costs.join(" | ")} → ${
    Number(ratio.toPrecision(2))
  }x, ${kind}${reason}`;
}

function threeDigits(cost: number): string {
  return cost >= 1000 ? Math.round(cost).toLocaleString("en-US") : cost.toPrecision(3);
}
