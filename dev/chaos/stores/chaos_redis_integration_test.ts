import { assertEquals, assertNotEquals } from "@std/assert";
import { LOOPBACK } from "../../stack/ports.ts";
import { stopLeftovers } from "../../stack/pid_file.ts";
import { createRedisClient, type RedisClient } from "../../../shared/redis/client.ts";
import { shardKeys } from "../../../shared/redis/keys.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { createTcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { type ChaosRedis, createChaosRedis } from "./chaos_redis.ts";
import { createTestRun, hasEmbeddedStores, lives } from "./testing/test_run.ts";

const SHARD = { prefix: "chaos", shard: 0 };
const KEYS = shardKeys(SHARD);
const ignore = !hasEmbeddedStores();

Deno.test({ name: "wipe() starts another, empty Redis; the dead one can be examined", ignore }, async () => {
  await using lab = await createLab();
  const { redis, client } = lab;
  await castVotes(client, 1_500);
  await client.redis.hset(KEYS.meta, { epoch: "7", incarnation: "abc" });
  await client.redis.zadd(KEYS.tally, 3, "Ada", 2, "Bo");
  const before = redis.incarnation();
  const grave = await redis.wipe();
  assertEquals({ cause: grave.cause, incarnation: grave.incarnation }, {
    cause: "wiped",
    incarnation: before,
  });
  assertNotEquals(redis.incarnation(), before);
  await lab.reconnected();
  assertEquals(await client.redis.dbsize(), 0);

  const dead = await redis.examine(grave, SHARD);
  assertEquals(dead.outbox.map(({ vote }) => vote), Array.from({ length: 1_500 }, (_, index) => `${index}`));
  assertEquals([dead.outbox[0]?.id, dead.lastId], ["7-0", "7-1499"]);
  assertEquals([dead.meta?.["epoch"], dead.tally], ["7", { Ada: 3, Bo: 2 }]);
  assertEquals(await redis.examine(grave, { prefix: "chaos", shard: 1 }), {
    outbox: [],
    lastId: undefined,
    meta: undefined,
    tally: {},
  });
  assertEquals(redis.graves(), [grave]);
});

Deno.test(
  { name: "replaceByCopy() serves what the copy held and nothing later, each time anew", ignore },
  async () => {
    await using lab = await createLab();
    const { redis, client } = lab;
    await castVotes(client, 2);
    const copy = await redis.copy();
    assertEquals(await client.redis.config("GET", "auto-aof-rewrite-percentage"), [
      "auto-aof-rewrite-percentage",
      "100",
    ]);
    const incarnations = new Set([redis.incarnation()]);
    for (const turn of [1, 2]) {
      await castVotes(client, 3);
      const grave = await redis.replaceByCopy(copy);
      await lab.reconnected();
      assertEquals(await client.redis.xlen(KEYS.outbox), 2);
      assertEquals((await redis.examine(grave, SHARD)).outbox.length, 5);
      assertEquals(redis.graves().length, turn);
      incarnations.add(redis.incarnation());
    }
    assertEquals(incarnations.size, 3);
  },
);

Deno.test(
  { name: "serveBeside() leaves old connections where they are until killOld()", ignore },
  async () => {
    await using lab = await createLab();
    const { redis, client } = lab;
    await castVotes(client, 2);
    const [oldPid, oldAddress] = [redis.pid() ?? 0, redis.address()];
    await redis.serveBeside();
    assertNotEquals(redis.address(), oldAddress);
    await castVotes(client, 1);
    const fresh = await lab.connect();
    assertEquals([await client.redis.xlen(KEYS.outbox), await fresh.redis.xlen(KEYS.outbox)], [3, 2]);
    assertNotEquals(client.incarnation(), fresh.incarnation());
    assertEquals(fresh.incarnation(), redis.incarnation());

    const grave = await redis.killOld();
    assertEquals([grave?.cause, await lives(oldPid)], ["ended_beside", false]);
    assertEquals((await redis.examine(grave ?? { folder: "" }, SHARD)).outbox.length, 3);
    await lab.reconnected();
    assertEquals(client.incarnation(), fresh.incarnation());
    assertEquals(await redis.killOld(), undefined);
  },
);

Deno.test({
  name: "a killed Redis comes back with its data; a paused one can be killed, and is swept",
  ignore,
}, async () => {
  await using lab = await createLab();
  const { redis, client } = lab;
  await castVotes(client, 2);
  const before = redis.incarnation();
  await redis.kill();
  assertEquals(redis.pid(), undefined);
  await redis.start();
  assertNotEquals(redis.incarnation(), before);
  await lab.reconnected();
  assertEquals(await client.redis.xlen(KEYS.outbox), 2);

  await redis.pause();
  const answer = client.redis.ping();
  assertEquals(redis.pid() !== undefined, true);
  await redis.resume();
  assertEquals(await answer, "PONG");

  await redis.pause();
  await redis.kill();
  assertEquals(redis.pid(), undefined);
  await redis.start();
  assertEquals((await stopLeftovers(lab.pidFolder)).length, 1);
  await waitFor(() => redis.pid() === undefined, { what: "the end of a Redis that a next run would sweep" });
});

interface Lab extends AsyncDisposable {
  redis: ChaosRedis;
  /** Through the proxy. */
  client: RedisClient;
  pidFolder: string;
  connect(): Promise<RedisClient>;
  /** Resolves when `client` talks to the present process. */
  reconnected(): Promise<void>;
}

async function createLab(): Promise<Lab> {
  const run = await createTestRun();
  const proxy = createTcpProxy({ hostname: LOOPBACK, port: 1 });
  const redis = await createChaosRedis(run, proxy);
  const clients: RedisClient[] = [];
  const connect = async () => {
    const url = new URL(`redis://${LOOPBACK}:${proxy.port}`);
    const client = createRedisClient({ url, log: createSilentLogger(), commandTimeoutMs: 10_000 });
    clients.push(client);
    await client.whenConnected(AbortSignal.timeout(10_000));
    return client;
  };
  const client = await connect();
  return {
    ...{ redis, client, connect, pidFolder: run.contexts.redis.pidFolder },
    async reconnected() {
      await waitFor(() => client.isConnected() && client.incarnation() === redis.incarnation(), {
        what: "the client to be connected again",
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((each) => each.close()));
      await redis.end();
      await proxy[Symbol.asyncDispose]();
      await run[Symbol.asyncDispose]();
    },
  };
}

async function castVotes({ redis }: RedisClient, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `${index}`);
  await Promise.all(ids.map((vote) => redis.xadd(KEYS.outbox, "7-*", "vote", vote, "at", "1")));
}
