/**
 * What more candidates cost, in the tally and as rows of `votes`. Votes fall on all of them alike, which is the worst
 * case for every cache.
 */
import { createReadTallyScript } from "../../../shared/redis/audit_scripts.ts";
import { createReadShardScript } from "../../../shared/redis/shard_scripts.ts";
import { createReadTotalScript } from "../../../shared/redis/total_script.ts";
import type { BenchContext } from "../bench.ts";
import type { Side } from "../interleave.ts";
import { scriptSide } from "./command_cost.ts";
import type { Growth } from "./judge_growth.ts";
import { callsOf, measure } from "./measure.ts";
import { openPatientClient } from "./patient_client.ts";
import { candidate, fillTally, openScene, randomBelow, type Scene, voteSide } from "./scene.ts";
import { BATCH_VOTES, openBatches } from "./vote_batches.ts";

const SIZES = [10, 1000, 100_000, 1_000_000];
/** With fewer candidates a batch has more votes than there are names, and fewer rows to write. */
const ROW_SIZES = [BATCH_VOTES, 100_000, 1_000_000];
const BATCHES = 5;

export async function candidatesInRedis(context: BenchContext): Promise<Growth[]> {
  await using world = await context.createWorld();
  const client = await openPatientClient(world);
  const calls = callsOf(context);
  const scenes = new Map<number, Scene>();
  for (const size of SIZES) {
    const scene = await openScene(client, `${world.name}:candidates${size}`);
    await fillTally(scene, size);
    scenes.set(size, scene);
  }
  const cost = (what: string, side: (scene: Scene, size: number) => Side) => ({
    what,
    of: "candidates",
    unit: "us",
    sizes: SIZES,
    sideOf: (size: number) => side(scenes.get(size) as Scene, size),
  });
  const measured = await measure(context, [
    cost(
      "vote script",
      (scene, size) => voteSide(scene, { ...calls, vote: () => ({ names: [candidate(randomBelow(size))] }) }),
    ),
    cost("total script", ({ client, keys }, size) => {
      const read = createReadTotalScript(client, keys);
      return scriptSide(client.redis, { ...calls, act: () => read(candidate(randomBelow(size))) });
    }),
    cost("the guard's look", ({ client, keys }) => {
      return scriptSide(client.redis, { ...calls, act: createReadShardScript(client, keys) });
    }),
  ]);
  // By itself and twice in all: it keeps Redis and this process busy for seconds, and its reply is tens of megabytes.
  const dear = await measure({ ...context, rounds: 1 }, [
    {
      ...cost("verify's read of the tally", ({ client, keys }) => {
        return scriptSide(client.redis, { calls: 1, runs: 1, act: createReadTallyScript(client, keys) });
      }),
      linearBecause: "it hands over every total at one moment; an operator's command, not a program",
    },
  ]);
  return [...measured, ...dear];
}

export async function candidatesInPostgres(context: BenchContext): Promise<Growth[]> {
  await using stack = new AsyncDisposableStack();
  const batches = new Map<number, Side>();
  for (const size of ROW_SIZES) {
    const world = stack.use(await context.createWorld());
    const ledger = await openBatches(world);
    await ledger.pool.query(
      `insert into votes (shard, username, count, version)
       select 0, 'candidate-' || each, 1, 1 from generate_series(0, $1::int - 1) as each`,
      [size],
    );
    // A stretch of names that lies somewhere else each time: all different, as many in every size.
    batches.set(size, () => {
      const first = randomBelow(size);
      return ledger.medianMs(BATCHES, {
        namesOf: (index) => [candidate((first + index * stride(size)) % size)],
      });
    });
  }
  return await measure(context, [{
    what: "persister's statement, 1,000 votes",
    of: "candidates",
    unit: "ms",
    sizes: ROW_SIZES,
    sideOf: (size) => batches.get(size) as Side,
  }]);
}

/** Spreads the names of a batch over all of the table. */
function stride(size: number): number {
  return Math.max(1, Math.floor(size / BATCH_VOTES));
}
