/** What a backlog in the outbox costs those who add to it and those who work it off. */
import { LAB_EPOCH } from "../../../shared/testing/vote_lab.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { BenchContext } from "../bench.ts";
import type { Side } from "../interleave.ts";
import { commandCost } from "./command_cost.ts";
import fillOutboxLua from "./fill_outbox.lua" with { type: "text" };
import type { Growth } from "./judge_growth.ts";
import { callsOf, measure } from "./measure.ts";
import { startRelayMs } from "./relay_start.ts";
import { candidate, openScene, randomBelow, type Scene, voteSide } from "./scene.ts";

const SIZES = [0, 1000, 100_000, 1_000_000];
const FULL_SIZES = SIZES.filter((size) => size > 0);
/** What a relay reads and trims at once. */
const HEAD = 1000;
const HEAD_RUNS = 15;
/** Entries made by one script: Redis serves nobody else meanwhile. */
const FILL_AT_ONCE = 10_000;

interface BacklogScene extends Scene {
  readonly world: World;
}

export async function outboxBacklog(context: BenchContext): Promise<Growth[]> {
  await using stack = new AsyncDisposableStack();
  const calls = callsOf(context);
  const scenes = new Map<number, BacklogScene>();
  for (const size of SIZES) {
    // A world each: a relay works on the whole of one.
    const world = stack.use(await context.createWorld());
    if (size > 0) await world.kafka();
    const scene = await openScene(world.redis, world.name);
    await fillOutbox(scene, size);
    scenes.set(size, { ...scene, world });
  }
  const cost = (what: string, side: (scene: BacklogScene, size: number) => Side) => ({
    what,
    of: "entries in the outbox",
    unit: "us",
    sizes: FULL_SIZES,
    sideOf: (size: number) => side(scenes.get(size) as BacklogScene, size),
  });
  return await measure(context, [
    {
      ...cost("vote script", (scene, backlog) => {
        return voteSide(scene, {
          ...calls,
          vote: () => ({ names: [candidate(randomBelow(1000))] }),
          backlog,
        });
      }),
      sizes: SIZES,
    },
    cost("read of the oldest 1,000", headSide),
    cost("trim of the oldest 1,000", trimSide),
    { ...cost("memory of an entry", memorySide), unit: "bytes" },
    {
      ...cost("relay, from its start to its first trim", startSide),
      unit: "ms",
    },
  ]);
}

/**
 * Until it holds so many. Inside Redis, with votes all alike: a million of them would take a client many times as long,
 * as the relay's bench fills it with votes of its own.
 */
async function fillOutbox({ client: { redis }, keys }: Scene, size: number): Promise<void> {
  let length = await redis.xlen(keys.outbox);
  while (length < size) {
    const count = Math.min(FILL_AT_ONCE, size - length);
    length = await redis.eval(fillOutboxLua, 1, keys.outbox, LAB_EPOCH, count) as number;
  }
}

function headSide({ client: { redis }, keys }: Scene): Side {
  const act = () => redis.xrange(keys.outbox, "-", "+", "COUNT", HEAD);
  return () => commandCost(redis, { command: "xrange", calls: 1, runs: HEAD_RUNS, act });
}

/** Everything that was trimmed comes again at the other end. */
function trimSide(scene: Scene, size: number): Side {
  const { client: { redis }, keys } = scene;
  const act = async () => {
    const [first] = await redis.xrange(keys.outbox, "-", "+", "COUNT", 1);
    const version = Number(first?.[0].split("-")[1]);
    await redis.xtrim(keys.outbox, "MINID", "=", `${LAB_EPOCH}-${version + HEAD}`);
    await fillOutbox(scene, size);
  };
  return () => commandCost(redis, { command: "xtrim", calls: 1, runs: HEAD_RUNS, act });
}

function memorySide({ client: { redis }, keys }: Scene): Side {
  return async () => {
    const bytes = await redis.memory("USAGE", keys.outbox, "SAMPLES", 0);
    return Number(bytes) / await redis.xlen(keys.outbox);
  };
}

function startSide(scene: BacklogScene, size: number): Side {
  return async () => {
    await fillOutbox(scene, size);
    const tookMs = await startRelayMs(scene);
    await fillOutbox(scene, size);
    return tookMs;
  };
}
