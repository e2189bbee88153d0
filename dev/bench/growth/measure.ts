/** Visits the sizes of a growth in turn, round by round, so that a machine that slows down meanwhile favours none. */
import type { BenchContext } from "../bench.ts";
import { interleave, type Side } from "../interleave.ts";
import type { Calls } from "./command_cost.ts";
import type { Growth } from "./judge_growth.ts";

export type Scale = Omit<Growth, "points">;

/** One cost; `sideOf` gives what is measured at a size. */
export interface Cost extends Scale {
  readonly sizes: readonly number[];
  readonly sideOf: (size: number) => Side;
}

/** Costs of one call are of one store, so all of them are interleaved with each other. */
export async function measure(
  { rounds, signal }: BenchContext,
  costs: readonly Cost[],
): Promise<Growth[]> {
  const nameOf = ({ what }: Cost, size: number) => `${what} ${size}`;
  const sides = costs.flatMap((cost) => cost.sizes.map((size) => [nameOf(cost, size), cost.sideOf(size)]));
  const samples = await interleave(Object.fromEntries(sides) as Record<string, Side>, { rounds, signal });
  return costs.map((cost) => {
    const { sizes, sideOf: _, ...scale } = cost;
    return {
      ...scale,
      points: sizes.map((size) => ({ size, samples: samples[nameOf(cost, size)] ?? [] })),
    };
  });
}

/** Runs so short that few of them meet a preemption, and so many that the median does not. */
export function callsOf({ seconds }: BenchContext): Calls {
  return { calls: 100, runs: seconds < 1 ? 7 : 21 };
}
