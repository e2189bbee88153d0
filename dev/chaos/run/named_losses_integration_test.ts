/** What an operator would do about losses, and that whoever does not succeed with it is told. */
import { assert, assertEquals } from "@std/assert";
import { createVerifyScene, type VerifyScene } from "../../../client/verify/testing/verify_scene.ts";
import { createReadShardScript } from "../../../shared/redis/shard_scripts.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { nameLosses } from "./named_losses.ts";

/** Six votes, of which Kafka lost the third and the last: Redis counts all. */
async function createLoss(world: World): Promise<VerifyScene> {
  const scene = await createVerifyScene(world);
  for (let vote = 0; vote < 6; vote++) await scene.cast();
  const votes = await scene.relay();
  await scene.store(votes.filter(({ version }) => version !== 2 && version !== 5));
  return scene;
}

function name(world: World, scene: VerifyScene, { isKafkaLost, repairMsMax = 0 }: {
  isKafkaLost: boolean;
  repairMsMax?: number;
}) {
  const { redis, keys, log } = world;
  const signal = new AbortController().signal;
  const options = { redis, keys, pool: scene.pool, shard: 0, waitMsMax: 0, signal, log };
  return nameLosses(options, { isKafkaLost, repairMsMax });
}

const kindsOf = ({ verify }: { verify: { findings: readonly { kind: string }[] } }) =>
  verify.findings.map(({ kind }) => kind);

Deno.test("nameLosses() accepts what Kafka lost, and Redis is repaired", async () => {
  await using world = await createWorld();
  const scene = await createLoss(world);
  const readShard = createReadShardScript(world.redis, world.keys);
  const naming = name(world, scene, { isKafkaLost: true, repairMsMax: 60_000 });
  await waitFor(async () => !(await readShard()).isOpen, { what: "a closed shard" });
  await scene.restore();
  const named = await naming;
  assertEquals([named.namedLost, kindsOf(named)], [2, []]);
  assertEquals(await world.redis.redis.zscore(world.keys.tally, "ada"), "4");
});

Deno.test("nameLosses() tells of a repair that did not come about", async () => {
  await using world = await createWorld();
  const scene = await createLoss(world);
  const named = await name(world, scene, { isKafkaLost: true });
  assert(kindsOf(named).includes("repair_failed"), `got ${kindsOf(named)}`);
});

Deno.test("nameLosses() tells of everything else that verify found before a repair", async () => {
  await using world = await createWorld();
  const scene = await createLoss(world);
  await scene.pool.query("update votes set count = count + 1 where username = 'ada'");
  const kinds = kindsOf(await name(world, scene, { isKafkaLost: true }));
  assert(kinds.includes("votes_differ_from_events") && kinds.includes("repair_failed"), `got ${kinds}`);
});

Deno.test("nameLosses() repairs nothing that no loss of Kafka explains", async () => {
  await using world = await createWorld();
  const scene = await createLoss(world);
  const kinds = kindsOf(await name(world, scene, { isKafkaLost: false }));
  assert(kinds.includes("total_differs"), `got ${kinds}`);
  assertEquals((await createReadShardScript(world.redis, world.keys)()).isOpen, true);
});
