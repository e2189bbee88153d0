/** Voters' tokens over HTTP, at both doors: who votes is who the token says, and a refusal leaves no trace. */
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../shared/testing/wait_for.ts";
import { parseStoredVote } from "../shared/vote/record.ts";
import { VOTE_DOCUMENT, type VoteAnswer } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";
import { serveKeys } from "./voter/testing/key_server.ts";
import { createSecretSigner, createTokenSigner } from "./voter/testing/token_signer.ts";

interface TokenVote {
  readonly ticket: string;
  readonly authorization?: string;
  readonly voterUsername?: string;
  readonly requestId?: string;
  readonly usernames?: readonly string[];
}

/** A document that was never asked before is graphql-yoga's, one that is known the hot door's. */
async function voteAt(
  door: "hot" | "yoga",
  { client }: ApiWorld,
  { authorization, usernames = ["Ada"], ...rest }: TokenVote,
): Promise<VoteAnswer> {
  const name = door === "hot" ? "Vote" : `Vote${crypto.randomUUID().replaceAll("-", "")}`;
  const { data, text } = await client.send({
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({
      query: VOTE_DOCUMENT.replace("mutation Vote", `mutation ${name}`),
      variables: { usernames, voteCount: usernames.map(() => 1), ...rest },
    }),
  });
  if (!data) throw new Error(`Vote: wanted a VoteResult, got ${text}`);
  return data.vote as VoteAnswer;
}

/** Both doors answer alike, and Redis is as it was. */
async function assertRefused(api: ApiWorld, vote: TokenVote, wanted: { code: string; message?: string }) {
  const before = await api.snapshot();
  const answers = [
    await voteAt("hot", api, vote),
    await voteAt("yoga", api, vote),
    await voteAt("hot", api, vote),
  ];
  for (const answer of answers) assertEquals(answer, answers[0]);
  const [{ code, message, success, votes } = {} as VoteAnswer] = answers;
  assertEquals([code, success, votes], [wanted.code, false, []], message);
  if (wanted.message !== undefined) assertEquals(message, wanted.message);
  assertEquals(await api.snapshot(), before, `${wanted.code} changed something`);
}

async function storedVoters({ world }: ApiWorld): Promise<(string | undefined)[]> {
  const entries = await world.redis.redis.xrange(world.keys.outbox, "-", "+");
  return entries.map(([, [, text = "", , at]]) => {
    const value = { ...JSON.parse(text), epoch: 1, version: 0, at: Number(at) };
    return parseStoredVote(new TextEncoder().encode(JSON.stringify(value))).voter;
  });
}

const jwks = (...keys: unknown[]) => JSON.stringify({ keys });

Deno.test("a vote is its token's subject's, whether voterUsername is given or not, at both doors", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  await using api = await createApiWorld({ settings: { CAST_VOTER_JWKS: jwks(signer.key) } });
  const ticket = await api.mint();
  const authorization = `Bearer ${await signer.sign({ sub: "Zoë" })}`;
  for (const door of ["hot", "yoga", "hot"] as const) {
    assertEquals((await voteAt(door, api, { ticket, authorization })).code, "ACCEPTED");
    assertEquals((await voteAt(door, api, { ticket, authorization, voterUsername: "Zoë" })).code, "ACCEPTED");
  }
  assertEquals(await storedVoters(api), Array.from({ length: 6 }, () => "Zoë"));
});

Deno.test("a vote for another voter than the token's is refused, and so is one without a genuine token", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  const thief = await createTokenSigner({ kid: "k" });
  await using api = await createApiWorld({
    settings: { CAST_VOTER_JWKS: jwks(signer.key), CAST_VOTER_ISSUER: "us", CAST_VOTER_AUDIENCE: "cast" },
  });
  const ticket = await api.mint();
  const claims = { iss: "us", aud: "cast" };
  const good = await signer.sign(claims);
  const refusals: readonly (readonly [vote: Omit<TokenVote, "ticket">, message: string])[] = [
    [
      { authorization: `Bearer ${good}`, voterUsername: "ada" },
      "voterUsername is not the voter whom the token was made for",
    ],
    [
      { voterUsername: "alan" },
      "The voter's token is missing: send it in the header Authorization, after the word Bearer",
    ],
    [{ authorization: `Bearer ${await thief.sign(claims)}` }, "The voter's token is not genuine"],
    [
      { authorization: `Bearer ${await signer.sign({ ...claims, exp: 1 })}` },
      "The voter's token has expired",
    ],
    [{ authorization: `Bearer ${await signer.sign()}` }, `The voter's token must hold "iss"`],
    [
      { authorization: "Basic YWxhbjo=" },
      "The header Authorization must be the word Bearer, a space and a signed token",
    ],
    [
      { authorization: `Bearer ${await signer.sign({ ...claims, sub: "a\0" })}` },
      `The voter's token names its voter in "sub", which must not hold control characters`,
    ],
  ];
  for (const [vote, message] of refusals) {
    await assertRefused(api, { ticket, ...vote }, { code: "VOTER_UNAUTHORIZED", message });
  }
  const { status, text } = await api.client.send({
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${"a".repeat(1_000_000)}.b.c` },
    body: "{}",
  }).catch(() => ({ status: 431, text: "" }));
  assert(status >= 400 && !text.includes("ACCEPTED"), `${status} ${text}`);
});

Deno.test("who votes is judged after the input and before the ticket", async () => {
  const signer = createSecretSigner("k");
  await using api = await createApiWorld({ settings: { CAST_VOTER_JWKS: jwks(signer.key) } });
  await assertRefused(api, { ticket: "forged", usernames: [] }, { code: "INPUT_INVALID" });
  await assertRefused(api, { ticket: "forged", voterUsername: " " }, { code: "INPUT_INVALID" });
  await assertRefused(api, { ticket: "forged" }, { code: "VOTER_UNAUTHORIZED" });
  const authorization = `Bearer ${await signer.sign()}`;
  await assertRefused(api, { ticket: "forged", authorization }, { code: "TICKET_INVALID" });
});

Deno.test("a vote is repeated by its own voter alone, with any token that is good", async () => {
  const signer = createSecretSigner("k");
  await using api = await createApiWorld({ settings: { CAST_VOTER_JWKS: jwks(signer.key) } });
  const ticket = await api.mint();
  const vote = { ticket, requestId: "r" };
  const bearer = async (sub: string, iat: number) => `Bearer ${await signer.sign({ sub, iat })}`;
  for (const iat of [1, 2]) {
    const answer = await voteAt("hot", api, { ...vote, authorization: await bearer("alan", iat) });
    assertEquals([answer.code, answer.votes], ["ACCEPTED", [1]]);
  }
  await assertRefused(api, { ...vote, authorization: await bearer("ada", 1) }, {
    code: "REQUEST_ID_CONFLICT",
  });
});

Deno.test("without keys the header is ignored, and voterUsername is whatever the client says", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const authorization = "Bearer of nothing";
  assertEquals((await voteAt("hot", api, { ticket, authorization, voterUsername: "ada" })).code, "ACCEPTED");
  assertEquals((await voteAt("yoga", api, { ticket, authorization })).code, "ACCEPTED");
  assertEquals(await storedVoters(api), ["ada", undefined]);
});

Deno.test("keys that cannot be fetched refuse votes until they can, and the log tells nobody's token", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  await using server = serveKeys([signer.key]);
  server.answerWith(() => new Response("away", { status: 503 }));
  await using api = await createApiWorld({ settings: { CAST_VOTER_JWKS_URL: server.url.href } });
  const ticket = await api.mint();
  const token = await signer.sign();
  const vote = { ticket, authorization: `Bearer ${token}` };
  await assertRefused(api, vote, {
    code: "NOT_READY",
    message: "The voter's token cannot be checked at the moment; try again shortly",
  });
  assertEquals(api.world.log.events.filter(({ event }) => event === "voter_keys_unreachable").length, 1);
  server.answerKeys([signer.key]);
  await waitFor(async () => (await voteAt("hot", api, vote)).code === "ACCEPTED", {
    what: "an accepted vote",
  });
  assert(api.world.log.has("voter_keys_reached"));
  assert(!JSON.stringify(api.world.log.events).includes(token.split(".")[2] ?? ""));
});
