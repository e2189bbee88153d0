/** The watch for drift over real Redis and Postgres, with a real guard; the model beside it tries what may happen in between. */
import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { createTallyPages } from "../../../shared/redis/page_script.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { createGuardScene, type GuardScene } from "../testing/guard_scene.ts";
import { createDriftWatch } from "./drift.ts";
import { createDriftLedger } from "./drift_ledger.ts";
import { createDriftMetrics } from "./drift_metrics.ts";

async function createScene(world: World) {
  const scene = await createGuardScene(world);
  const registry = new Registry();
  const watch = createDriftWatch({
    shard: 0,
    ledger: createDriftLedger(scene.ledger.pool, { shard: 0 }),
    tally: createTallyPages(world.redis, world.keys),
    isActive: scene.guard.isActive,
    metrics: createDriftMetrics(registry),
    signal: new AbortController().signal,
    log: world.log,
    pageNamesMax: 2,
    waitMsMax: 0,
  });
  const valueOf = async (line: string) => {
    const lines = (await registry.metrics()).split("\n");
    return Number(lines.find((each) => each.startsWith(`${line} `))?.slice(line.length));
  };
  const pages = (outcome: string) => valueOf(`cast_drift_pages_total{outcome="${outcome}"}`);
  async function round(): Promise<number> {
    const before = await valueOf("cast_drift_rounds_total");
    for (let steps = 0; await valueOf("cast_drift_rounds_total") === before; steps++) {
      if (steps > 100) throw new Error("Finish a round: no end after 100 steps");
      await watch.step();
    }
    return await valueOf("cast_drift_names");
  }
  return { scene, watch, pages, round };
}

async function castThree(scene: GuardScene): Promise<void> {
  await scene.open();
  await scene.cast({ names: ["ada", "bob"], counts: [2, 3] });
  await scene.cast({ names: ["cy", "{\"o'x\\}"], counts: [1, 7] });
  await scene.cast({ names: ["ada", "日本"], counts: [4, 1] });
}

async function settle(scene: GuardScene): Promise<void> {
  await scene.relay();
  await scene.store();
}

Deno.test("a watch for drift finds none where every vote is stored, page by page, and none where there are no votes", async () => {
  await using world = await createWorld();
  const { scene, round, pages } = await createScene(world);
  await scene.open();
  assertEquals(await round(), 0);
  await castThree(scene);
  await settle(scene);
  assertEquals(await round(), 0);
  // Five names of Postgres by twos.
  assertEquals([await pages("compared"), await pages("moved"), await pages("given_up")], [3, 0, 0]);
});

Deno.test("a watch for drift waits for votes that are under way", async () => {
  await using world = await createWorld();
  const { scene, watch, pages, round } = await createScene(world);
  await castThree(scene);
  await settle(scene);
  await scene.cast({ names: ["bob"], counts: [9] });
  await watch.step();
  await watch.step();
  assertEquals([await pages("compared"), await pages("given_up")], [0, 2]);
  await settle(scene);
  assertEquals(await round(), 0);
});

Deno.test("a watch for drift finds a total that is too high, one too low, one that is gone, and one that came from nowhere", async () => {
  await using world = await createWorld();
  const { scene, round } = await createScene(world);
  await castThree(scene);
  await settle(scene);
  const { redis } = world.redis;
  await redis.zincrby(world.keys.tally, 1, "ada");
  assertEquals(await round(), 1);
  await redis.zincrby(world.keys.tally, -1, "bob");
  assertEquals(await round(), 2);
  await redis.zrem(world.keys.tally, "{\"o'x\\}");
  assertEquals(await round(), 3);
  await redis.zadd(world.keys.tally, 1, "nobody");
  assertEquals(await round(), 4);
});

Deno.test("a watch for drift begins anew under a new epoch: a restore has mended what was wrong", async () => {
  await using world = await createWorld();
  const { scene, round } = await createScene(world);
  await castThree(scene);
  await settle(scene);
  await world.redis.redis.zincrby(world.keys.tally, 5, "ada");
  assertEquals(await round(), 1);
  await scene.wipe();
  await scene.open();
  assertEquals(await round(), 0);
});

Deno.test("a watch for drift says nothing while votes are yet to be carried, and goes on once they are", async () => {
  await using world = await createWorld();
  const { scene, watch, pages, round } = await createScene(world);
  await castThree(scene);
  await scene.relay();
  await scene.wipe();
  await scene.open();
  // Late: Redis was restored without them.
  await scene.store();
  await watch.step();
  assertEquals(await pages("moved"), 1);
  await scene.guard.step();
  assertEquals(await round(), 0);
});
