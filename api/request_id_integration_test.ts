import { assertEquals } from "@std/assert";
import { waitFor } from "../shared/testing/wait_for.ts";
import { type ApiWorld, createApiWorld, EPOCH } from "./testing/api_world.ts";

const VOTE = { usernames: ["Ada", "Bo"], voteCount: [2, 3], requestId: "r-1" };

async function counts(api: ApiWorld) {
  return { outbox: await api.outboxLength(), total: await api.client.total("Ada") };
}

Deno.test("a repeat of a vote gives the first answer and counts once", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const first = await api.client.vote({ ...VOTE, ticket });
  await api.client.vote({ usernames: ["Ada"], voteCount: [10], ticket });
  const before = await api.snapshot();
  assertEquals(await api.client.vote({ ...VOTE, ticket }), first);
  assertEquals(await api.snapshot(), before);
});

Deno.test("a repeat gives the first answer with a newer ticket, and with one that is spent", async () => {
  await using api = await createApiWorld();
  const spent = await api.mint({ uses: 1 });
  const first = await api.client.vote({ ...VOTE, ticket: spent });
  const newer = await api.mint();
  for (const ticket of [newer, spent]) assertEquals(await api.client.vote({ ...VOTE, ticket }), first);
  assertEquals(await counts(api), { outbox: 1, total: 2 });
  assertEquals(await api.usesLeft(newer), 100);
});

Deno.test("repeats that race count once and all give one answer", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.client.vote({ ...VOTE, ticket })));
  assertEquals(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assertEquals(await counts(api), { outbox: 1, total: 2 });
  assertEquals(await api.usesLeft(ticket), 99);
});

Deno.test("vote refuses a requestId of another vote with REQUEST_ID_CONFLICT", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.client.vote({ ...VOTE, ticket });
  const before = await api.snapshot();
  for (
    const change of [
      { voteCount: [2, 4] },
      { usernames: ["Ada", "Cy"] },
      { usernames: ["Bo", "Ada"], voteCount: [3, 2] },
      { voterUsername: "Eve" },
    ]
  ) {
    const answer = await api.client.vote({ ...VOTE, ticket, ...change });
    assertEquals([answer.code, answer.success, answer.votes], ["REQUEST_ID_CONFLICT", false, []]);
  }
  assertEquals(await api.snapshot(), before);
});

Deno.test("a refusal is not remembered under its requestId", async () => {
  await using api = await createApiWorld();
  const spent = await api.mint({ uses: 1 });
  await api.client.vote({ usernames: ["Cy"], voteCount: [1], ticket: spent });
  assertEquals((await api.client.vote({ ...VOTE, ticket: spent })).code, "TICKET_EXHAUSTED");
  assertEquals((await api.client.vote({ ...VOTE, ticket: await api.mint() })).votes, [2, 3]);
});

Deno.test("a vote whose reply was cut off is OUTCOME_UNKNOWN; its repeat gets the first answer and counts once", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  api.proxy.swallowAnswers();
  const pending = api.client.voteError({ ...VOTE, ticket });
  await waitFor(async () => await api.outboxLength() === 1, { what: "the script's run" });
  api.proxy.cut();
  assertEquals(await pending, "OUTCOME_UNKNOWN");
  api.proxy.restore();
  await api.apiRedis.whenConnected(AbortSignal.timeout(10_000));
  assertEquals(await api.client.vote({ ...VOTE, ticket: await api.mint() }), {
    success: true,
    message: "Votes recorded successfully",
    usernames: ["Ada", "Bo"],
    votes: [2, 3],
    code: "ACCEPTED",
  });
  assertEquals(await counts(api), { outbox: 1, total: 2 });
  assertEquals(await api.usesLeft(ticket), 99);
});

Deno.test("a vote that Redis does not answer in time is OUTCOME_UNKNOWN", async () => {
  await using api = await createApiWorld({ commandTimeoutMs: 200 });
  const ticket = await api.mint();
  api.proxy.swallowAnswers();
  const { usernames, voteCount } = VOTE;
  assertEquals(await api.client.voteError({ usernames, voteCount, ticket }), "OUTCOME_UNKNOWN");
  const [logged] = api.world.log.events.filter(({ event }) => event === "vote_outcome_unknown");
  assertEquals(logged?.level, "warn");
  assertEquals(JSON.stringify(api.world.log.events).includes(ticket), false);
});

Deno.test("the client of Redis never sends a vote twice by itself, whenever the connection is cut", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  for (const run of [1, 2, 3]) {
    api.proxy.swallowAnswers();
    const pending = api.client.voteError({ usernames: ["Ada"], voteCount: [1], ticket });
    await waitFor(async () => await api.outboxLength() === 2 * run - 1, { what: "the script's run" });
    api.proxy.cut();
    assertEquals(await pending, "OUTCOME_UNKNOWN");
    api.proxy.restore();
    await api.apiRedis.whenConnected(AbortSignal.timeout(10_000));
    // Commands keep their order on a connection: after this answer, nothing that was sent again is still under way.
    assertEquals((await api.client.vote({ usernames: ["Bo"], voteCount: [1], ticket })).votes, [run]);
    assertEquals(await counts(api), { outbox: 2 * run, total: run });
  }
  // Versions count the script's runs: no run is missing and none came twice.
  const entries = await api.world.redis.redis.xrange(api.world.keys.outbox, "-", "+");
  assertEquals(entries.map(([id]) => id), [0, 1, 2, 3, 4, 5].map((version) => `${EPOCH}-${version}`));
  assertEquals(await api.usesLeft(ticket), 94);
});
