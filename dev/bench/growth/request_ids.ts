/**
 * What remembered request ids cost. They are keys of their own, so what grows with them is the database: each size has
 * one of Redis's numbered databases to itself, on the same process.
 */
import { fingerprintText } from "../../../shared/testing/vote_lab.ts";
import type { BenchContext } from "../bench.ts";
import type { Side } from "../interleave.ts";
import type { Calls } from "./command_cost.ts";
import fillRequestsLua from "./fill_requests.lua" with { type: "text" };
import type { Growth } from "./judge_growth.ts";
import { callsOf, measure } from "./measure.ts";
import { openPatientClient } from "./patient_client.ts";
import { candidate, openScene, randomBelow, type Scene, voteSide } from "./scene.ts";

const SIZES = [0, 100_000, 1_000_000];
/** The world's own keys are in database 0. */
const DATABASES = [1, 2, 3];
const LIFE_MS = 3_600_000;
/** Keys made by one script: Redis serves nobody else meanwhile. */
const FILL_AT_ONCE = 10_000;
const NAMES = [candidate(0)];

export async function rememberedRequests(context: BenchContext): Promise<Growth[]> {
  await using world = await context.createWorld();
  const calls = callsOf(context);
  const scenes = new Map<number, Scene>();
  for (const [index, size] of SIZES.entries()) {
    const client = await openPatientClient(world, { database: DATABASES[index] as number });
    const scene = await openScene(client, `${world.name}:requests${size}`);
    await fillRequests(scene, size);
    scenes.set(size, scene);
  }
  const cost = (what: string, side: (scene: Scene, size: number) => Side) => ({
    what,
    of: "request ids remembered",
    unit: "us",
    sizes: SIZES,
    sideOf: (size: number) => side(scenes.get(size) as Scene, size),
  });
  return await measure(context, [
    cost("vote script, new request id", (scene) => newRequestSide(scene, calls)),
    {
      ...cost("vote script, repeated request", (scene, size) => {
        const vote = () => ({ names: NAMES, requestId: requestId(randomBelow(size)) });
        return voteSide(scene, { ...calls, vote });
      }),
      sizes: SIZES.filter((size) => size > 0),
    },
  ]);
}

/** What was remembered is forgotten again, so that the size stays. */
function newRequestSide(scene: Scene, calls: Calls): Side {
  const { client: { redis }, keys } = scene;
  return async () => {
    const used: string[] = [];
    const fresh = () => {
      const requestId = crypto.randomUUID();
      used.push(keys.request(requestId));
      return requestId;
    };
    const side = voteSide(scene, { ...calls, vote: () => ({ names: NAMES, requestId: fresh() }) });
    const cost = await side();
    await redis.unlink(...used);
    return cost;
  };
}

async function fillRequests({ client: { redis }, keys }: Scene, size: number): Promise<void> {
  const fingerprint = fingerprintText({ names: NAMES, counts: [1], voter: undefined });
  for (let first = 0; first < size; first += FILL_AT_ONCE) {
    const count = Math.min(FILL_AT_ONCE, size - first);
    await redis.eval(fillRequestsLua, 1, keys.request(""), first, count, fingerprint, LIFE_MS);
  }
}

/** As fill_requests.lua writes them. */
function requestId(index: number): string {
  return `${index.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
}
