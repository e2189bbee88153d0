/** What more names in one vote cost: each is a total to raise, so the whole vote grows, and a name gets cheaper. */
import type { BenchContext } from "../bench.ts";
import type { Growth } from "./judge_growth.ts";
import { callsOf, measure } from "./measure.ts";
import { candidate, fillTally, openScene, randomBelow, voteSide } from "./scene.ts";
import { openBatches } from "./vote_batches.ts";

const SIZES = [1, 5, 10, 20];
const CANDIDATES = 1000;
const BATCHES = 3;

export async function namesPerVote(context: BenchContext): Promise<Growth[]> {
  await using world = await context.createWorld();
  const scene = await openScene(world.redis, `${world.name}:names`);
  await fillTally(scene, CANDIDATES);
  const ledger = await openBatches(world);
  const measured = await measure(context, [
    {
      what: "vote script",
      of: "names per vote",
      unit: "us",
      sizes: SIZES,
      sideOf: (names) => voteSide(scene, { ...callsOf(context), vote: () => ({ names: someNames(names) }) }),
      linearBecause: "each name is a total to raise",
    },
    {
      what: "persister's statement, 1,000 votes",
      of: "names per vote",
      unit: "ms",
      sizes: SIZES,
      sideOf: (names) => () => ledger.medianMs(BATCHES, { namesOf: () => someNames(names) }),
      linearBecause: "each name is one more to add up",
    },
  ]);
  return [...measured, ...measured.map(perName)];
}

/** Neighbours, so that no name comes twice. */
function someNames(count: number): string[] {
  const first = randomBelow(CANDIDATES);
  return Array.from({ length: count }, (_, index) => candidate((first + index) % CANDIDATES));
}

function perName({ what, of, unit, points }: Growth): Growth {
  return {
    what: `${what}, a name`,
    of,
    unit,
    points: points.map(({ size, samples }) => ({ size, samples: samples.map((cost) => cost / size) })),
  };
}
