/** The typed client against a real API over real Redis, behind a network that fails. */
import { assert, assertEquals } from "@std/assert";
import { type ApiWorld, createApiWorld } from "../../api/testing/api_world.ts";
import { type CastClient, createCastClient } from "../../client/mod.ts";
import { createTcpProxy, type TcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";

interface Scene extends AsyncDisposable {
  readonly api: ApiWorld;
  readonly cast: CastClient;
  /** Between the client and the API. */
  readonly network: TcpProxy;
  counted(name: string): Promise<number>;
}

async function createScene(settings: Record<string, string> = {}): Promise<Scene> {
  const api = await createApiWorld({ settings });
  const network = createTcpProxy({ hostname: "127.0.0.1", port: Number(api.client.url.port) });
  api.world.defer(() => network[Symbol.asyncDispose]());
  return {
    api,
    network,
    // Long enough for a loaded machine.
    cast: createCastClient({ url: `http://127.0.0.1:${network.port}/graphql`, deadlineMs: 50_000 }),
    counted: async (name) => Number(await api.world.redis.redis.zscore(api.world.keys.tally, name) ?? 0),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

Deno.test("the client votes, reads totals and tells the ticket", async () => {
  await using scene = await createScene();
  const { api, cast } = scene;
  const ticket = await api.mint();
  assertEquals((await cast.ticket()).ticket, ticket);
  const outcome = await cast.vote({ " Zoe\u0308": 2, bob: 1 }, { voter: "Eve" });
  assert(outcome.kind === "accepted");
  assertEquals(outcome.totals, [{ name: "Zoë", total: 2 }, { name: "bob", total: 1 }]);
  assertEquals([await cast.total("Zoë"), await cast.total("nobody")], [2, 0]);
});

Deno.test("a vote whose answer is cut off is counted once, and told as accepted", async () => {
  await using scene = await createScene();
  const { api, cast, network, counted } = scene;
  await api.mint();
  await cast.ticket();
  network.swallowAnswers();
  const voting = cast.vote({ alice: 3 });
  await waitFor(async () => await counted("alice") > 0, { what: "the vote to be counted" });
  network.endSwallowing();
  const outcome = await voting;
  assert(outcome.kind === "accepted");
  assertEquals([outcome.totals, await counted("alice")], [[{ name: "alice", total: 3 }], 3]);
  assertEquals(await api.outboxLength(), 1);
});

Deno.test("votes on a network that breaks again and again are each counted once", async () => {
  await using scene = await createScene();
  const { api, cast, network, counted } = scene;
  await api.mint({ uses: 100_000 });
  const votes = Array.from({ length: 150 }, () => cast.vote({ alice: 1 }));
  const voting = Promise.all(votes);
  let isOver = false;
  voting.finally(() => isOver = true).catch(() => {});
  for (let round = 0; round < 8 && !isOver; round++) {
    const before = network.counters();
    network.swallowAnswers();
    await waitFor(() => isOver || network.counters().answersSwallowedBytes > before.answersSwallowedBytes, {
      what: "an answer to be lost",
    });
    network.cut();
    network.restore();
  }
  const outcomes = await voting;
  assertEquals(outcomes.filter(({ kind }) => kind !== "accepted"), []);
  assertEquals([await counted("alice"), await api.outboxLength()], [150, 150]);
  assert(network.counters().answersSwallowedBytes > 0);
});

Deno.test("the client takes the next ticket when its own is spent", async () => {
  await using scene = await createScene();
  const { api, cast, counted } = scene;
  await api.mint({ uses: 1 });
  // Somebody else takes the one use, so that the client learns it from the refusal.
  const { ticket } = await cast.ticket();
  await api.client.vote({ usernames: ["bob"], voteCount: [1], ticket });
  const voting = cast.vote({ alice: 1 });
  await api.mint();
  assertEquals([(await voting).kind, await counted("alice")], ["accepted", 1]);
});

Deno.test("the client waits while the shard is closed", async () => {
  await using scene = await createScene();
  const { api: { world, mint }, cast, network, counted } = scene;
  await mint();
  await cast.ticket();
  const meta = await world.redis.redis.hgetall(world.keys.meta);
  await world.redis.redis.hset(world.keys.meta, "incarnation", "another");
  const { answerBytes } = network.counters();
  const voting = cast.vote({ alice: 1 });
  await waitFor(() => network.counters().answerBytes > answerBytes, { what: "a refusal" });
  await world.redis.redis.hset(world.keys.meta, meta);
  assertEquals([(await voting).kind, await counted("alice")], ["accepted", 1]);
});

Deno.test("a refusal is told as one: the client does not repeat what no repeat mends", async () => {
  await using scene = await createScene({ CAST_VOTE_COUNT_MAX: "5" });
  const { api, cast } = scene;
  await api.mint();
  const requestId = crypto.randomUUID();
  assertEquals((await cast.vote({ alice: 1 }, { requestId })).kind, "accepted");
  const outcomes = [await cast.vote({ alice: 6 }), await cast.vote({ alice: 2 }, { requestId })];
  assertEquals(outcomes.map((outcome) => outcome.kind === "refused" && outcome.code), [
    "INPUT_INVALID",
    "REQUEST_ID_CONFLICT",
  ]);
  assertEquals((await cast.vote({ alice: 1 }, { requestId })).kind, "accepted");
  assertEquals(await cast.total("alice"), 1);
});
