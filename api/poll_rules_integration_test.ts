/** What the poll's state and the limits of the settings change for clients, over HTTP and real Redis. */
import { assertEquals } from "@std/assert";
import type { VoteVariables } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";
import { createSecretSigner } from "./voter/testing/token_signer.ts";

const PARALLEL = 200;

function setMeta({ world }: ApiWorld, fields: Record<string, string>): Promise<unknown> {
  return world.redis.redis.hset(world.keys.meta, fields);
}

async function assertRefused(
  { client, snapshot }: ApiWorld,
  { code, message, ...vote }: VoteVariables & { code: string; message?: string },
): Promise<void> {
  const before = await snapshot();
  const answer = await client.vote(vote);
  assertEquals(
    [answer.code, answer.success, answer.usernames, answer.votes],
    [code, false, [], []],
    answer.message,
  );
  if (message !== undefined) assertEquals(answer.message, message);
  assertEquals(await snapshot(), before, `${code} changed something`);
}

Deno.test("a closed poll takes no vote, answers repeats, and shows totals and tickets", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const vote = { usernames: ["Ada"], voteCount: [2], ticket, requestId: "r" };
  const first = await api.client.vote(vote);
  await setMeta(api, { voting: "closed" });
  await assertRefused(api, { ...vote, requestId: "s", code: "POLL_CLOSED", message: "The poll is closed" });
  assertEquals(await api.client.vote(vote), first);
  assertEquals(await api.client.total("Ada"), 2);
  assertEquals((await api.client.ask("{ cas { ticket } }")).data, { cas: { ticket } });
});

Deno.test("a vote for a name that is not listed is refused whole", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.world.redis.redis.sadd(api.world.keys.candidates, "Ada", "Bo");
  await setMeta(api, { candidates: "listed" });
  const vote = { voteCount: [1, 1], ticket };
  const message = "One of the names is no candidate";
  await assertRefused(api, { ...vote, usernames: ["Ada", "Eve"], code: "CANDIDATE_UNKNOWN", message });
  assertEquals((await api.client.vote({ ...vote, usernames: ["Ada", "Bo"] })).votes, [1, 1]);
});

Deno.test("CAST_CANDIDATES_MAX bounds the names that have votes", async () => {
  await using api = await createApiWorld({ settings: { CAST_CANDIDATES_MAX: "2" } });
  const ticket = await api.mint();
  await api.client.vote({ usernames: ["Ada", "Bo"], voteCount: [1, 1], ticket });
  await assertRefused(api, { usernames: ["Cy"], voteCount: [1], ticket, code: "CANDIDATE_UNKNOWN" });
  assertEquals((await api.client.vote({ usernames: ["Bo"], voteCount: [1], ticket })).votes, [2]);
});

Deno.test("frozen results are what query and vote answer with, while votes count on", async () => {
  await using api = await createApiWorld();
  const { redis: { redis }, keys } = api.world;
  const ticket = await api.mint();
  await api.client.vote({ usernames: ["Ada"], voteCount: [5], ticket });
  await redis.zadd(keys.frozen, 5, "Ada");
  await setMeta(api, { results: "frozen" });
  const vote = { usernames: ["Ada", "Bo"], voteCount: [1, 1], ticket, requestId: "r" };
  for (const _repeat of [1, 2]) assertEquals((await api.client.vote(vote)).votes, [5, 0]);
  assertEquals([await api.client.total("Ada"), await api.client.total("Bo")], [5, 0]);
  assertEquals(await redis.zscore(keys.tally, "Ada"), "6");
  await setMeta(api, { results: "live" });
  assertEquals([await api.client.total("Ada"), await api.client.total("Bo")], [6, 1]);
});

Deno.test(`a voter's limit is exact, with ${PARALLEL} votes at once at two copies of the API`, async () => {
  const limit = 7;
  const settings = { CAST_VOTER_VOTES_MAX: String(limit), CAST_VOTER_WINDOW_MS: "600000" };
  await using api = await createApiWorld({ settings });
  await using copy = await createApiWorld({
    open: false,
    settings: { ...settings, CAST_REDIS_PREFIX: api.world.name },
  });
  const ticket = await api.mint({ uses: 1000 });
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, (_, index) =>
      (index % 2 === 0 ? api : copy).client.vote({
        usernames: ["Ada"],
        voteCount: [1],
        ticket,
        voterUsername: "alan",
        requestId: `r${index}`,
      })),
  );
  const codes = Map.groupBy(answers, ({ code }) => code);
  assertEquals([...codes].map(([code, { length }]) => [code, length]).sort(), [
    ["ACCEPTED", limit],
    ["VOTER_LIMIT", PARALLEL - limit],
  ]);
  assertEquals([await api.client.total("Ada"), await api.outboxLength()], [limit, limit]);
  assertEquals(await api.usesLeft(ticket), 1000 - limit, "a refusal costs no use");

  const accepted = answers.findIndex(({ code }) => code === "ACCEPTED");
  const repeat = {
    usernames: ["Ada"],
    voteCount: [1],
    ticket,
    voterUsername: "alan",
    requestId: `r${accepted}`,
  };
  assertEquals(await copy.client.vote(repeat), answers[accepted], "a repeat costs nothing, and passes");
  await assertRefused(api, {
    ...repeat,
    requestId: "one more",
    code: "VOTER_LIMIT",
    message: "The voter has cast every vote of this time; try again later",
  });
  assertEquals(
    (await api.client.vote({ ...repeat, voterUsername: "ada", requestId: "ada" })).code,
    "ACCEPTED",
  );
});

Deno.test("with a limit each vote must say who votes, by voterUsername or by its token", async () => {
  await using api = await createApiWorld({ settings: { CAST_VOTER_VOTES_MAX: "1" } });
  const vote = { usernames: ["Ada"], voteCount: [1], ticket: await api.mint() };
  await assertRefused(api, {
    ...vote,
    code: "INPUT_INVALID",
    message: "voterUsername must be given: the votes of each voter are limited",
  });
  assertEquals((await api.client.vote({ ...vote, voterUsername: "alan" })).code, "ACCEPTED");

  const signer = createSecretSigner("k");
  await using tokens = await createApiWorld({
    settings: { CAST_VOTER_VOTES_MAX: "1", CAST_VOTER_JWKS: JSON.stringify({ keys: [signer.key] }) },
  });
  const ticket = await tokens.mint();
  const { data } = await tokens.client.send({
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await signer.sign()}` },
    body: JSON.stringify({
      query: `mutation { a: vote(usernames: "Ada", voteCount: 1, ticket: "${ticket}") { code } }`,
    }),
  });
  assertEquals(data, { a: { code: "ACCEPTED" } });
  const counts = await tokens.world.redis.redis.get(tokens.world.keys.voter("alan"));
  assertEquals(counts, "1");
});
