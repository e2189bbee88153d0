import { assert, assertEquals } from "@std/assert";
import { parseKeyRing } from "../shared/ticket/key_ring.ts";
import { createTicketSigner } from "../shared/ticket/signer.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import { parseStoredVote } from "../shared/vote/record.ts";
import { TOTAL_MAX } from "../shared/vote/rules.ts";
import type { VoteVariables } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld, EPOCH, TEST_KEYS } from "./testing/api_world.ts";

/** Votes, expects a refusal, and proves that it left everything in Redis as it was. */
async function assertRefused(
  { client, snapshot }: ApiWorld,
  { code, message, ...vote }: VoteVariables & { code: string; message?: string },
): Promise<void> {
  const before = await snapshot();
  const answer = await client.vote(vote);
  assertEquals(answer.code, code, answer.message);
  assertEquals([answer.success, answer.usernames, answer.votes], [false, [], []]);
  if (message !== undefined) assertEquals(answer.message, message);
  assertEquals(await snapshot(), before, `${code} changed something`);
}

function oneVote(ticket: string): VoteVariables {
  return { usernames: ["Ada"], voteCount: [1], ticket };
}

Deno.test("vote counts every name of a call and spends one use", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint({ uses: 10 });
  const answer = await api.client.vote({ usernames: ["Ada", "Bo"], voteCount: [2, 5], ticket });
  assertEquals(answer, {
    success: true,
    message: "Votes recorded successfully",
    usernames: ["Ada", "Bo"],
    votes: [2, 5],
    code: "ACCEPTED",
  });
  const again = await api.client.vote({ usernames: ["Bo", "Cy"], voteCount: [1, 1], ticket });
  assertEquals(again.votes, [6, 1]);
  assertEquals([await api.usesLeft(ticket), await api.outboxLength()], [8, 2]);
  assertEquals(await api.client.total("Bo"), 6);
});

Deno.test("vote leaves an outbox entry that the persister can read", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.client.vote({ ...oneVote(ticket), voterUsername: "Eve", requestId: "r-1" });
  const [[id, fields] = ["", []]] = await api.world.redis.redis.xrange(api.world.keys.outbox, "-", "+");
  assertEquals(id, `${EPOCH}-0`);
  assertEquals([fields[0], fields[2]], ["vote", "at"]);
  const vote = { ...JSON.parse(fields[1] ?? ""), epoch: EPOCH, version: 0, at: Number(fields[3]) };
  const stored = parseStoredVote(new TextEncoder().encode(JSON.stringify(vote)));
  assertEquals([stored.names, stored.counts, stored.voter, stored.requestId], [["Ada"], [1], "Eve", "r-1"]);
  assertEquals(stored.id[14], "7", "a UUIDv7, which the ledger is ordered by");
});

Deno.test("vote accepts a ticket of every key of the ring", async () => {
  await using api = await createApiWorld();
  const [, second = ""] = TEST_KEYS.split(",");
  const minted = await api.mint();
  const opensAt = Number(minted.split(".")[3]);
  const text = await createTicketSigner(parseKeyRing(second)).sign({ shard: 0, epoch: EPOCH, opensAt });
  assertEquals((await api.client.vote(oneVote(text))).code, "ACCEPTED");
});

Deno.test("vote refuses a ticket that is not genuine with TICKET_INVALID", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const [kid, shard, epoch, opensAt, mac = ""] = ticket.split(".");
  const otherMac = `${mac[0] === "A" ? "B" : "A"}${mac.slice(1)}`;
  const forged = [
    "",
    "ticket",
    "x".repeat(10_000),
    `${kid}.${shard}.${epoch}.${opensAt}.${otherMac}`,
    `${kid}.${shard}.${epoch}.${Number(opensAt) + 1}.${mac}`,
    `${kid}.1.${epoch}.${opensAt}.${mac}`,
    `k2.${shard}.${epoch}.${opensAt}.${mac}`,
    `nobody.${shard}.${epoch}.${opensAt}.${mac}`,
    ` ${ticket}`,
  ];
  for (const text of forged) {
    await assertRefused(api, { ...oneVote(text), code: "TICKET_INVALID", message: "Invalid ticket" });
  }
  assertEquals((await api.client.vote(oneVote(ticket))).code, "ACCEPTED");
});

Deno.test("vote refuses a genuine ticket that is not open, past its time, of another epoch or shard", async () => {
  await using api = await createApiWorld();
  const expired = await api.mint({ lifetimeMs: 2_000 });
  const early = await api.mint({ opensInMs: 3_600_000 });
  const signer = createTicketSigner(parseKeyRing(TEST_KEYS));
  const opensAt = Number(expired.split(".")[3]);
  const olderEpoch = await signer.sign({ shard: 0, epoch: EPOCH - 1, opensAt });
  const neverMinted = await signer.sign({ shard: 0, epoch: EPOCH, opensAt: opensAt - 5 });
  const otherShard = await signer.sign({ shard: 1, epoch: EPOCH, opensAt });
  await waitFor(async () => (await api.client.vote(oneVote(expired))).code === "TICKET_EXPIRED", {
    what: "the ticket's end",
  });
  for (const ticket of [expired, early, olderEpoch, neverMinted, otherShard]) {
    await assertRefused(api, { ...oneVote(ticket), code: "TICKET_EXPIRED", message: "Ticket expired" });
  }
});

Deno.test("vote refuses a ticket whose uses are spent with TICKET_EXHAUSTED", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint({ uses: 1 });
  assertEquals((await api.client.vote(oneVote(ticket))).code, "ACCEPTED");
  await assertRefused(api, {
    ...oneVote(ticket),
    code: "TICKET_EXHAUSTED",
    message: "Ticket usage limit exceeded",
  });
});

Deno.test("vote admits exactly as many votes as a ticket has uses, at any concurrency", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint({ uses: 17 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => api.client.vote(oneVote(ticket))));
  const accepted = answers.filter(({ code }) => code === "ACCEPTED");
  assertEquals(
    accepted.map(({ votes }) => votes[0] as number).sort((a, b) => a - b),
    [
      ...Array(17).keys(),
    ].map((index) => index + 1),
  );
  assert(answers.every(({ code }) => code === "ACCEPTED" || code === "TICKET_EXHAUSTED"));
  assertEquals([await api.usesLeft(ticket), await api.outboxLength(), await api.client.total("Ada")], [
    0,
    17,
    17,
  ]);
});

Deno.test("vote refuses a total past GraphQL's Int with TOTAL_TOO_LARGE, the whole call with it", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.world.redis.redis.zadd(api.world.keys.tally, TOTAL_MAX - 5, "Ada");
  await assertRefused(api, { usernames: ["Bo", "Ada"], voteCount: [1, 6], ticket, code: "TOTAL_TOO_LARGE" });
  assertEquals(await api.client.total("Bo"), 0);
  assertEquals((await api.client.vote({ usernames: ["Ada"], voteCount: [5], ticket })).votes, [TOTAL_MAX]);
  assertEquals(await api.client.total("Ada"), TOTAL_MAX);
});

Deno.test("vote refuses with OVERLOADED when the outbox is at its cap", async () => {
  await using api = await createApiWorld({ settings: { CAST_OUTBOX_MAX: "2" } });
  const ticket = await api.mint();
  await api.client.vote(oneVote(ticket));
  await api.client.vote(oneVote(ticket));
  await assertRefused(api, { ...oneVote(ticket), code: "OVERLOADED" });
  await api.world.redis.redis.xtrim(api.world.keys.outbox, "MINID", `${EPOCH}-1`);
  assertEquals((await api.client.vote(oneVote(ticket))).votes, [3]);
});

Deno.test("vote refuses with NOT_READY while the shard is closed", async () => {
  await using api = await createApiWorld({ open: false });
  const ticket = await createTicketSigner(parseKeyRing(TEST_KEYS)).sign({
    shard: 0,
    epoch: EPOCH,
    opensAt: 1,
  });
  await assertRefused(api, { ...oneVote(ticket), code: "NOT_READY" });
});

Deno.test("vote refuses with NOT_READY when Redis is not the process that the shard was opened for", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.world.redis.redis.hset(api.world.keys.meta, "incarnation", "f".repeat(40));
  await assertRefused(api, { ...oneVote(ticket), code: "NOT_READY" });
});
