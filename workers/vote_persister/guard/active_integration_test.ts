import { assert, assertEquals, assertRejects } from "@std/assert";
import { createRedisClient } from "../../../shared/redis/client.ts";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createTcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { createGuardScene } from "../testing/guard_scene.ts";

function activations({ log }: World): number {
  return log.events.filter(({ event }) => event === "guard_active").length;
}

Deno.test("guard.step() makes one of two guards active", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const other = scene.addGuard();
  const epoch = await scene.open();
  await scene.pretendRestart();
  for (let look = 0; look < 3; look++) assert(await other.guard.step() > 0);
  assert(!(await scene.readShard()).isOpen);
  assertEquals(activations(world), 1);
  assert(await scene.open() > epoch);
});

Deno.test("a second guard takes over when the first one's connection is terminated", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const other = scene.addGuard();
  const first = await scene.open();
  await other.guard.step();
  await scene.cast();
  await scene.pretendRestart();
  await scene.cutConnections();
  const second = await scene.open(other.guard);
  assert(second > first);
  assertEquals(activations(world), 2);

  // The first has not noticed yet: its next look fails, and from then on it waits like any other.
  await assertRejects(() => scene.guard.step());
  assert(await scene.guard.step() > 0);
  assertEquals(activations(world), 2);
  assertEquals((await scene.readShard()).epoch, second);
  assertEquals(await scene.tally(), [["ada", 1]]);
});

Deno.test("guard.close() gives the lock back at once", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const other = scene.addGuard();
  await scene.open();
  scene.guard.close();
  await waitFor(async () => {
    await other.guard.step();
    return activations(world) === 2;
  }, { what: "the other guard" });
});

Deno.test("a guard that cannot reach Redis leaves the lock to one that can, and still knows of Postgres", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  await using proxy = createTcpProxy({
    hostname: world.addresses.redisUrl.hostname,
    port: Number(world.addresses.redisUrl.port),
  });
  const redis = createRedisClient({ url: new URL(`redis://127.0.0.1:${proxy.port}`), log: world.log });
  world.defer(() => redis.close());
  await redis.whenConnected(AbortSignal.timeout(10_000));
  const lost = scene.addGuard({
    scripts: createGuardScripts(redis, world.keys),
    isRedisConnected: redis.isConnected,
  });
  await scene.open(lost.guard);
  proxy.cut();
  await waitFor(() => !redis.isConnected(), { what: "the end of its connection" });
  await lost.guard.step();
  assert(lost.guard.hasLedger());
  await scene.pretendRestart();
  await scene.open();
});

Deno.test("guards of other schemas do not wait for each other", async () => {
  await using world = await createWorld();
  await using another = await createWorld();
  const [one, two] = [await createGuardScene(world), await createGuardScene(another)];
  await one.open();
  await two.open();
  assertEquals([activations(world), activations(another)], [1, 1]);
});

Deno.test("two guards at once open the shard once and leave no trace of a quarrel", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const other = scene.addGuard();
  for (let round = 0; round < 5; round++) {
    await Promise.all([scene.open(), scene.open(other.guard)]);
    assertEquals((await scene.epochs()).filter(([, included]) => included === null).length, 1);
    assertEquals((await scene.cast()).kind, "accepted");
    await scene.pretendRestart();
  }
  assertEquals((await scene.epochs()).length, 5);
});

Deno.test("a guard whose lock is lost in the middle leaves the shard to the other, votes and all", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const other = scene.addGuard();
  await scene.open();
  for (const name of ["ada", "bob"]) await scene.cast({ names: [name] });
  await scene.relay();
  await scene.wipe();
  // Between the claim and the transaction: the wait for Kafka is where a guard stands longest.
  const unlucky = scene.addGuard({
    async drain() {
      await cut();
      await scene.store();
      await scene.open(other.guard);
    },
  });
  const cut = unlucky.cutConnections;
  scene.guard.close();
  await waitFor(() => unlucky.guard.step().then(() => false, () => true), {
    what: "the unlucky guard's end",
  });
  assertEquals(await scene.tally(), [["ada", 1], ["bob", 1]]);
  assert((await scene.readShard()).isOpen);
});

Deno.test("guard.step() waits while Redis is away, and opens the shard when it is back", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const { redisUrl } = world.addresses;
  await using proxy = createTcpProxy({ hostname: redisUrl.hostname, port: Number(redisUrl.port || 6379) });
  const proxied = new URL(redisUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const redis = createRedisClient({ url: proxied, log: world.log });
  world.defer(() => redis.close());
  await redis.whenConnected(AbortSignal.timeout(10_000));
  const { guard } = scene.addGuard({
    scripts: createGuardScripts(redis, world.keys),
    isRedisConnected: redis.isConnected,
  });
  proxy.cut();
  await waitFor(() => !redis.isConnected(), { what: "the cut" });
  assert(await guard.step() > 0);
  assert(!(await scene.readShard()).isOpen);
  proxy.restore();
  await redis.whenConnected(AbortSignal.timeout(10_000));
  await scene.open(guard);
  await redis.close();
});
