import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { storesControl } from "../testing/stores.ts";
import { createTcpProxy, type TcpProxy } from "../testing/tcp_proxy.ts";
import { createVoteLab, LAB_EPOCH, type VoteLab } from "../testing/vote_lab.ts";
import { waitFor } from "../testing/wait_for.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createRedisClient, NotConnectedError, type RedisClient } from "./client.ts";
import { registerScript, UnknownReplyError } from "./script.ts";

const DEADLINE_MS = 20_000;

interface ProxyLab extends AsyncDisposable {
  readonly world: World;
  readonly proxy: TcpProxy;
  /** Goes through the proxy; `world.redis` does not. */
  readonly client: RedisClient;
  readonly lab: VoteLab;
  connected(): Promise<void>;
  disconnected(): Promise<unknown>;
  /** What Redis has counted for ada, how many entries it holds. */
  counted(): Promise<[total: string | null, entries: number]>;
}

/** An open shard, and a client whose network a test can break. */
async function createProxyLab({ commandTimeoutMs = DEADLINE_MS } = {}): Promise<ProxyLab> {
  const world = await createWorld();
  const { hostname, port } = world.addresses.redisUrl;
  const proxy = createTcpProxy({ hostname, port: Number(port) });
  world.defer(() => proxy[Symbol.asyncDispose]());
  const url = new URL(world.addresses.redisUrl);
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  const client = createRedisClient({ url, log: world.log, commandTimeoutMs });
  world.defer(() => client.close());
  const connected = () => client.whenConnected(AbortSignal.timeout(DEADLINE_MS));
  await connected();
  await world.openShard(LAB_EPOCH);
  const lab = createVoteLab(client, { prefix: world.name });
  await lab.putTicket({ uses: 100 });
  const { redis } = world.redis;
  return {
    world,
    proxy,
    client,
    lab,
    connected,
    disconnected: () => waitFor(() => !client.isConnected(), { what: "the cut to be noticed" }),
    counted: async () => [await redis.zscore(world.keys.tally, "ada"), await redis.xlen(world.keys.outbox)],
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("createRedisClient() knows the run_id of its Redis, the same on every connection", async () => {
  await using world = await createWorld();
  const [, runId] = /run_id:([0-9a-f]{40})/.exec(await world.redis.redis.info("server")) ?? [];
  assertEquals(world.redis.incarnation(), runId);
  const second = createRedisClient({ url: world.addresses.redisUrl, log: world.log });
  world.defer(() => second.close());
  await second.whenConnected(AbortSignal.timeout(DEADLINE_MS));
  assertEquals(second.incarnation(), runId);
});

Deno.test("createRedisClient() learns the run_id again after CLIENT KILL: the same process, the same id", async () => {
  await using lab = await createProxyLab();
  const before = lab.client.incarnation();
  const connections = lab.proxy.connectionCount;
  const id = await lab.client.redis.client("ID");
  assertEquals(await lab.world.redis.redis.client("KILL", "ID", id), 1);
  await waitFor(() => lab.proxy.connectionCount > connections, { what: "a new connection" });
  await lab.connected();
  assertEquals(lab.client.incarnation(), before);
  assertEquals(await lab.client.redis.ping(), "PONG");
});

Deno.test({
  name: "createRedisClient() knows a restarted Redis for another one from its first moment",
  ignore: storesControl() === undefined,
  async fn() {
    await using world = await createWorld();
    const control = storesControl();
    const lab = createVoteLab(world.redis, { prefix: world.name });
    await world.openShard(LAB_EPOCH);
    await lab.putTicket({ uses: 5 });
    assertEquals((await lab.cast()).kind, "accepted");
    const before = world.redis.incarnation();
    await control?.kill("redis");
    await waitFor(() => !world.redis.isConnected(), { what: "the kill to be noticed" });
    assertEquals(await lab.cast(), { kind: "refused", code: "NOT_READY" });
    await control?.start("redis");
    await world.redis.whenConnected(AbortSignal.timeout(DEADLINE_MS));
    assertNotEquals(world.redis.incarnation(), before);
    assertEquals(
      await lab.cast(),
      { kind: "refused", code: "NOT_READY" },
      "the shard was opened for the other one",
    );
    assertEquals(
      await world.redis.redis.zscore(world.keys.tally, "ada"),
      "1",
      "and what it counted is there",
    );
  },
});

Deno.test("createRedisClient() throws NotConnectedError while it is offline, and sends nothing later on", async () => {
  await using lab = await createProxyLab();
  lab.proxy.cut();
  await lab.disconnected();
  assertThrows(() => lab.client.incarnation(), NotConnectedError);
  const casts = Array.from({ length: 20 }, () => lab.lab.cast());
  for (const outcome of await Promise.all(casts)) {
    assertEquals(outcome, { kind: "refused", code: "NOT_READY" });
  }
  lab.proxy.restore();
  await lab.connected();
  assertEquals(await lab.client.redis.ping(), "PONG");
  assertEquals(await lab.counted(), [null, 0]);
  assertEquals(await lab.lab.cast(), { kind: "accepted", totals: [1] });
});

Deno.test("createRedisClient() throws NotConnectedError before its first connection", async () => {
  await using lab = await createProxyLab();
  const url = new URL(`redis://127.0.0.1:${lab.proxy.port}`);
  lab.proxy.cut();
  const client = createRedisClient({ url, log: lab.world.log });
  lab.world.defer(() => client.close());
  assertEquals(client.isConnected(), false);
  assertThrows(() => client.incarnation(), NotConnectedError);
  await assertRejects(() => client.whenConnected(AbortSignal.abort(new Error("enough"))), Error, "enough");
  const controller = new AbortController();
  const waiting = client.whenConnected(controller.signal);
  controller.abort(new Error("stopping"));
  await assertRejects(() => waiting, Error, "stopping");
  lab.proxy.restore();
  await client.whenConnected(AbortSignal.timeout(DEADLINE_MS));
  assertEquals(client.incarnation(), lab.world.redis.incarnation());
});

Deno.test("createRedisClient() gives a command up after its timeout: the vote is unknown, and was counted once", async () => {
  await using lab = await createProxyLab({ commandTimeoutMs: 100 });
  lab.proxy.swallowAnswers();
  const outcome = await lab.lab.cast({ requestId: "r" });
  assert(outcome.kind === "unknown");
  assertEquals((outcome.cause as Error).message, "Command timed out");
  assertEquals(await lab.counted(), ["1", 1]);
});

Deno.test("createRedisClient() never sends a vote again after a cut: unknown, counted once, repeated by its client", async () => {
  await using lab = await createProxyLab();
  const votes = Array.from({ length: 10 }, (_, index) => ({ requestId: `r${index}` }));
  lab.proxy.swallowAnswers();
  const casting = votes.map((vote) => lab.lab.cast(vote));
  await waitFor(async () => (await lab.counted())[1] === votes.length, { what: "all votes to be counted" });
  lab.proxy.cut();
  for (const outcome of await Promise.all(casting)) assertEquals(outcome.kind, "unknown");
  lab.proxy.restore();
  await lab.connected();
  assertEquals(await lab.client.redis.ping(), "PONG");
  assertEquals(await lab.counted(), ["10", 10]);
  for (const [index, vote] of votes.entries()) {
    assertEquals(await lab.lab.cast(vote), { kind: "accepted", totals: [index + 1] }, "the first answer");
  }
  assertEquals(await lab.counted(), ["10", 10]);
});

Deno.test("createRedisClient() tells the truth about every vote of a load that is cut again and again", async () => {
  await using lab = await createProxyLab();
  const requests: string[] = [];
  let accepted = 0;
  let unknown = 0;
  for (let round = 0; round < 8; round += 1) {
    const casting = Array.from({ length: 5 + round }, (_, index) => {
      const requestId = `${round}-${index}`;
      requests.push(requestId);
      return lab.lab.cast({ requestId, names: ["ada"] });
    });
    if (round % 2 === 0) lab.proxy.cut();
    // Cast in the very moment of the cut, when the socket is gone and nobody has been told.
    casting.push(lab.lab.cast({ requestId: `${round}-late` }));
    requests.push(`${round}-late`);
    if (round % 2 === 1) await Promise.race(casting);
    lab.proxy.cut();
    for (const { kind } of await Promise.all(casting)) {
      accepted += kind === "accepted" ? 1 : 0;
      unknown += kind === "unknown" ? 1 : 0;
    }
    await lab.disconnected();
    lab.proxy.restore();
    await lab.connected();
  }
  const [total, entries] = await lab.counted();
  const counted = Number(total ?? 0);
  assertEquals(counted, entries);
  assert(
    counted >= accepted && counted <= accepted + unknown,
    `${accepted} <= ${counted} <= ${accepted + unknown}`,
  );
  for (const requestId of requests) assertEquals((await lab.lab.cast({ requestId })).kind, "accepted");
  assertEquals(await lab.counted(), [String(requests.length), requests.length]);
});

Deno.test("createRedisClient() logs connections, never an address with a password", async () => {
  await using lab = await createProxyLab();
  const url = new URL(`redis://voter:hunter2@127.0.0.1:${lab.proxy.port}`);
  const refused = createRedisClient({ url, log: lab.world.log });
  lab.world.defer(() => refused.close());
  await waitFor(() => lab.world.log.has("redis_connection_failed"), { what: "the refused password" });
  lab.proxy.cut();
  await lab.disconnected();
  assert(lab.world.log.has("redis_connected") && lab.world.log.has("redis_disconnected"));
  const texts = lab.world.log.events.map(({ fields }) => (fields.error as Error | undefined)?.message ?? "");
  assert(!texts.join().includes("hunter2"));
});

Deno.test("createRedisClient() closes for good, connected or not", async () => {
  await using lab = await createProxyLab();
  lab.proxy.cut();
  await lab.disconnected();
  await lab.client.close();
  await lab.client.close();
  assertThrows(() => lab.client.incarnation(), NotConnectedError);
  const connections = lab.proxy.connectionCount;
  lab.proxy.restore();
  await lab.world.redis.redis.ping();
  assertEquals(lab.proxy.connectionCount, connections);
});

Deno.test("registerScript() takes a reply that is not in the contract for a broken one", async () => {
  await using world = await createWorld();
  const replies = [
    "return {'other'}",
    "return 'word'",
    "return 1",
    "return {}",
    "return nil",
    "return {{'word'}}",
  ];
  for (const [index, lua] of replies.entries()) {
    const run = registerScript(world.redis, { name: `lab${index}`, lua, keyCount: 0, words: ["word"] });
    await assertRejects(() => run({ keys: [], args: [] }), UnknownReplyError, "wanted one of word");
  }
  const run = registerScript(world.redis, {
    name: "lab",
    lua: "return {'word', 7}",
    keyCount: 0,
    words: ["word"],
  });
  assertEquals(await run({ keys: [], args: [] }), ["word", 7]);
});
