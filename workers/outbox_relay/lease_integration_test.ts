import { assert, assertEquals } from "@std/assert";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { createTcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { EPOCH, fillOutbox } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createLease, type Lease } from "./lease.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
import { BATCH_ENTRIES_MAX } from "./relay.ts";
import { createRelayStep } from "./relay_step.ts";

async function connectTo(world: World, url: URL): Promise<RedisClient> {
  const redis = createRedisClient({ url, log: world.log });
  world.defer(() => redis.close());
  await redis.whenConnected(AbortSignal.timeout(10_000));
  return redis;
}

async function startLease(world: World, holder: string): Promise<Lease> {
  const redis = await connectTo(world, world.addresses.redisUrl);
  return createLease(redis, { keys: world.keys, holder, log: world.log });
}

/** So that a slow machine does not meet the end of a lease that a test has just seen taken. */
async function stretchLease({ redis: { redis }, keys }: World): Promise<void> {
  assertEquals(await redis.pexpire(keys.relayLease, 60_000), 1);
}

/** A relay that only counts what it would have sent. */
async function startRelay(world: World, holder: string) {
  const lease = await startLease(world, holder);
  const sent: number[] = [];
  const step = createRelayStep({
    outbox: createRedisOutbox(world.redis, world.keys),
    lease,
    producer: {
      prepare: () => Promise.resolve(),
      send: (messages) => Promise.resolve(void sent.push(messages.length)),
      isReady: () => true,
      close: () => Promise.resolve(),
    },
    signal: new AbortController().signal,
    log: world.log,
  });
  return { lease, sent, step };
}

Deno.test("lease.hold() lets one relay work while the other waits", async () => {
  await using world = await createWorld();
  const [a, b] = [await startRelay(world, "a"), await startRelay(world, "b")];
  await fillOutbox(world, { epoch: EPOCH, count: 7 });
  await a.step();
  await stretchLease(world);
  await fillOutbox(world, { epoch: EPOCH, count: 2 });
  await b.step();
  await a.step();
  assertEquals([a.sent, b.sent], [[7, 2], []]);
});

Deno.test("the relay's step rests after a batch that was not full, and not after a full one", async () => {
  await using world = await createWorld();
  const { step } = await startRelay(world, "a");
  await fillOutbox(world, { epoch: EPOCH, count: BATCH_ENTRIES_MAX });
  assertEquals(await step(), 0);
  await fillOutbox(world, { epoch: EPOCH, count: 1 });
  assert(await step() > 0);
  assert(await step() > 0);
});

Deno.test("lease.release() lets the other relay take over at once", async () => {
  await using world = await createWorld();
  const [a, b] = [await startRelay(world, "a"), await startRelay(world, "b")];
  await a.step();
  await stretchLease(world);
  await fillOutbox(world, { epoch: EPOCH, count: 3 });
  await b.step();
  assertEquals(b.sent, []);
  await a.lease.release();
  assert(await world.redis.redis.pttl(world.keys.relayLease) <= 1);
  await waitFor(() => b.step().then(() => b.sent.length > 0), { what: "the other relay" });
  assertEquals(b.sent, [3]);
});

Deno.test("a relay that is gone without a word is followed when its lease runs out", async () => {
  await using world = await createWorld();
  const [a, b] = [await startRelay(world, "a"), await startRelay(world, "b")];
  await a.step();
  const leftMs = await world.redis.redis.pttl(world.keys.relayLease);
  assert(leftMs > 0 && leftMs <= 2000, `${leftMs} ms`);
  await fillOutbox(world, { epoch: EPOCH, count: 3 });
  await waitFor(() => b.step().then(() => b.sent.length > 0), { what: "the other relay" });
  assertEquals(b.sent, [3]);
});

Deno.test("lease.release() of a relay that never worked leaves the lease of another alone", async () => {
  await using world = await createWorld();
  const [a, b] = [await startLease(world, "a"), await startLease(world, "b")];
  assert(await a.hold());
  await stretchLease(world);
  assert(!await b.hold());
  await b.release();
  assertEquals(await world.redis.redis.get(world.keys.relayLease), "a");
  assert(await world.redis.redis.pttl(world.keys.relayLease) > 1);
});

Deno.test("lease.hold() says yes where Redis refuses to say: the lease guards nothing", async () => {
  await using world = await createWorld();
  const { redisUrl } = world.addresses;
  await using proxy = createTcpProxy({ hostname: redisUrl.hostname, port: Number(redisUrl.port || 6379) });
  const proxied = new URL(redisUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const redis = await connectTo(world, proxied);
  const lease = createLease(redis, { keys: world.keys, holder: "a", log: world.log });
  proxy.cut();
  await waitFor(() => !redis.isConnected(), { what: "the cut" });
  assert(await lease.hold());
  await lease.release();
  assert(world.log.has("lease_unavailable"));
  await redis.close();
});

Deno.test("lease.release() does not fail a stop because Redis is away", async () => {
  await using world = await createWorld();
  const redis = await connectTo(world, world.addresses.redisUrl);
  const lease = createLease(redis, { keys: world.keys, holder: "a", log: world.log });
  assert(await lease.hold());
  await redis.close();
  await lease.release();
});

Deno.test("lease.release() does not fail a stop because Redis refuses the script", async () => {
  await using world = await createWorld();
  const lease = await startLease(world, "a");
  assert(await lease.hold());
  // Any error reply will do: a full memory answers so too.
  await world.redis.redis.del(world.keys.relayLease);
  await world.redis.redis.hset(world.keys.relayLease, "field", "value");
  await lease.release();
  assert(world.log.has("lease_unreleased"));
});
