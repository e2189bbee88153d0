import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../shared/testing/wait_for.ts";
import { CAS_DOCUMENT } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";

const QUERY_DOCUMENT = '{ query(username: "Ada") }';

async function loseRedis(api: ApiWorld): Promise<void> {
  api.proxy.cut();
  await waitFor(() => !api.apiRedis.isConnected(), { what: "the loss of the connection" });
}

async function errorCode(api: ApiWorld, document: string): Promise<unknown> {
  const { data, errors } = await api.client.ask(document);
  assertEquals(data ?? null, null);
  assertEquals(errors.length, 1);
  return errors[0]?.extensions?.code;
}

Deno.test("vote refuses with NOT_READY while Redis cannot be reached, and counts again after", async () => {
  await using api = await createApiWorld();
  const vote = { usernames: ["Ada"], voteCount: [1], ticket: await api.mint() };
  assertEquals((await api.client.vote(vote)).votes, [1]);
  const before = await api.snapshot();
  await loseRedis(api);
  assertEquals(await api.client.vote(vote), {
    success: false,
    message: "Voting is closed at the moment; try again shortly",
    usernames: [],
    votes: [],
    code: "NOT_READY",
  });
  assertEquals(await api.snapshot(), before);
  api.proxy.restore();
  await api.apiRedis.whenConnected(AbortSignal.timeout(10_000));
  assertEquals((await api.client.vote(vote)).votes, [2]);
});

Deno.test("vote refuses wrong input and forged tickets as such while Redis cannot be reached", async () => {
  await using api = await createApiWorld();
  await loseRedis(api);
  const vote = { usernames: ["Ada"], voteCount: [1], ticket: "forged" };
  assertEquals((await api.client.vote({ ...vote, voteCount: [0] })).code, "INPUT_INVALID");
  assertEquals((await api.client.vote(vote)).code, "TICKET_INVALID");
});

Deno.test("query and cas are the error NOT_READY while Redis cannot be reached", async () => {
  await using api = await createApiWorld();
  await loseRedis(api);
  assertEquals(await errorCode(api, QUERY_DOCUMENT), "NOT_READY");
  assertEquals(await errorCode(api, CAS_DOCUMENT), "NOT_READY");
  assert(!api.world.log.has("request_failed"));
});

Deno.test("query and cas are the error NOT_READY when Redis does not answer in time", async () => {
  await using api = await createApiWorld({ commandTimeoutMs: 200 });
  api.proxy.swallowAnswers();
  assertEquals(await errorCode(api, QUERY_DOCUMENT), "NOT_READY");
  assertEquals(await errorCode(api, CAS_DOCUMENT), "NOT_READY");
  assert(api.world.log.has("read_unanswered"));
});

Deno.test("a fault is masked: its inside is logged under an id, and the client gets that id alone", async () => {
  await using api = await createApiWorld();
  // A value of the wrong kind is what no script expects.
  await api.world.redis.redis.set(api.world.keys.tally, "broken");
  const { data, errors, text } = await api.client.ask(QUERY_DOCUMENT);
  assertEquals(data, null);
  assertEquals([errors[0]?.message, errors[0]?.extensions?.code], ["Internal error", "INTERNAL_ERROR"]);
  assert(!/WRONGTYPE|redis|lua|script/i.test(text), text);
  const [logged] = api.world.log.events.filter(({ event }) => event === "request_failed");
  assertEquals(logged?.fields.failureId, errors[0]?.extensions?.failureId);
  assert(String(logged?.fields.error).includes("WRONGTYPE"));
});

Deno.test("a vote that Redis broke off is OUTCOME_UNKNOWN: nobody can tell what it wrote", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.world.redis.redis.set(api.world.keys.outbox, "broken");
  assertEquals(
    await api.client.voteError({ usernames: ["Ada"], voteCount: [1], ticket }),
    "OUTCOME_UNKNOWN",
  );
});
