/** Uses are never exceeded: a thousand tickets of one use, two hundred votes on each at the same time. */
import { assert, assertEquals } from "@std/assert";
import {
  createVoteLab,
  LAB_EPOCH,
  LAB_TICKET,
  type OpenVoteLab,
  openVoteLab,
  type VoteLab,
} from "../testing/vote_lab.ts";
import type { TicketClaims } from "../ticket/ticket.ts";
import type { CastVoteOutcome } from "../vote/outcome.ts";
import { createRedisClient } from "./client.ts";

const CONNECTIONS = 8;
const TICKETS = 1000;
const VOTES_PER_TICKET = 200;
/** Tickets under attack at the same moment. */
const TICKETS_AT_ONCE = 4;
/** In the mixed run each request comes so often; the other half of the votes carry no requestId. */
const REPEATS = 5;
const MIXED_TICKETS = 200;

const EXHAUSTED: CastVoteOutcome = { kind: "refused", code: "TICKET_EXHAUSTED" };

/** The lab on several connections, with one open ticket of one use each for so many. */
async function openLabs(
  lab: OpenVoteLab,
  tickets: number,
): Promise<{ labs: readonly VoteLab[]; tickets: readonly TicketClaims[] }> {
  const { world } = lab;
  const clients = Array.from(
    { length: CONNECTIONS },
    () => createRedisClient({ url: world.addresses.redisUrl, log: world.log, commandTimeoutMs: 60_000 }),
  );
  world.defer(() => Promise.all(clients.map((client) => client.close())));
  await Promise.all(clients.map((client) => client.whenConnected(AbortSignal.timeout(30_000))));
  const claims = Array.from({ length: tickets }, (_, index) => ({ ...LAB_TICKET, opensAt: 10_000 + index }));
  await Promise.all(claims.map((ticket) => lab.putTicket({ ticket, uses: 1 })));
  return { labs: clients.map((client) => createVoteLab(client, { prefix: world.name })), tickets: claims };
}

/** Runs the act once for each, a few at a time. */
async function forEach<T>(all: readonly T[], act: (one: T, index: number) => Promise<void>): Promise<void> {
  const rest = all.entries();
  const lane = async () => {
    for (const [index, one] of rest) await act(one, index);
  };
  await Promise.all(Array.from({ length: TICKETS_AT_ONCE }, lane));
}

function isAccepted({ kind }: CastVoteOutcome): boolean {
  return kind === "accepted";
}

/** Every ticket at zero uses, one entry for each with versions without a gap, and the tally their sum. */
async function assertOneVoteEach(
  { world: { redis: { redis }, keys } }: OpenVoteLab,
  { tickets, totals }: { tickets: readonly TicketClaims[]; totals: Record<string, number> },
): Promise<readonly string[]> {
  const usesLeft = await Promise.all(tickets.map((ticket) => redis.hget(keys.ticket(ticket), "uses_left")));
  assertEquals(usesLeft.filter((left) => left !== "0"), []);
  const entries = await redis.xrange(keys.outbox, "-", "+");
  assertEquals(
    entries.map(([id]) => id),
    Array.from(tickets, (_, version) => `${LAB_EPOCH}-${version}`),
    "one entry for each ticket",
  );
  const flat = await redis.zrange(keys.tally, 0, "-1", "WITHSCORES");
  const tally = Object.fromEntries(
    flat.flatMap((name, index) => index % 2 ? [] : [[name, Number(flat[index + 1])]]),
  );
  assertEquals(tally, totals);
  return entries.map(([, [, vote]]) => vote as string);
}

Deno.test("vote script admits one of 200 parallel votes on each of 1,000 tickets of one use, from 8 connections", async () => {
  await using lab = await openVoteLab();
  const { labs, tickets } = await openLabs(lab, TICKETS);
  let refused = 0;
  await forEach(tickets, async (ticket) => {
    const outcomes = await Promise.all(Array.from(
      { length: VOTES_PER_TICKET },
      (_, index) => (labs[index % CONNECTIONS] as VoteLab).cast({ ticket, names: ["ada"] }),
    ));
    assertEquals(outcomes.filter(isAccepted).length, 1, `ticket ${ticket.opensAt}`);
    for (const outcome of outcomes) if (!isAccepted(outcome)) assertEquals(outcome, EXHAUSTED);
    refused += outcomes.length - 1;
  });
  await assertOneVoteEach(lab, { tickets, totals: { ada: TICKETS } });
  console.log(`    ${TICKETS} accepted, ${refused} refused`);
});

Deno.test("vote script answers all repeats of the one accepted vote alike and for no use, among 200 parallel votes a ticket", async () => {
  await using lab = await openVoteLab();
  const { labs, tickets } = await openLabs(lab, MIXED_TICKETS);
  const totals: Record<string, number> = {};
  const acceptedRequests: string[] = [];
  await forEach(tickets, async (ticket) => {
    // A name of its own for each request, so that a total says which was counted, and how often. By turns the first to
    // be sent, which mostly wins, carries a requestId.
    const votes = Array.from({ length: VOTES_PER_TICKET }, (_, index) => {
      const request = (index + ticket.opensAt) % 2 ? undefined : Math.floor(index / 2 / REPEATS);
      const name = `${ticket.opensAt} ${request ?? `plain ${index}`}`;
      return { ticket, names: [name], ...(request === undefined ? {} : { requestId: `r ${name}` }) };
    });
    // Neighbours go to different connections, so do the repeats of one request.
    const outcomes = await Promise.all(
      votes.map((vote, index) => (labs[(index * 3 + (index >> 3)) % CONNECTIONS] as VoteLab).cast(vote)),
    );
    const accepted = votes.filter((_, index) => isAccepted(outcomes[index] as CastVoteOutcome));
    const { names: [name] = [], requestId } = accepted[0] ?? { names: [] };
    assert(name !== undefined, `ticket ${ticket.opensAt}: nothing accepted`);
    assertEquals(new Set(accepted.map(({ names }) => names[0])), new Set([name]), "one vote and no other");
    assertEquals(
      accepted.length,
      requestId === undefined ? 1 : REPEATS,
      "every repeat of it, answered alike",
    );
    for (const outcome of outcomes) {
      assertEquals(outcome, isAccepted(outcome) ? { kind: "accepted", totals: [1] } : EXHAUSTED);
    }
    totals[name] = 1;
    if (requestId === undefined) return;
    acceptedRequests.push(requestId);
    // Later too, over every connection and with tickets that are used up or not.
    const others = labs.map((one, index) =>
      one.cast({ ticket: tickets[index] as TicketClaims, names: [name], requestId })
    );
    for (const outcome of await Promise.all(others)) {
      assertEquals(outcome, { kind: "accepted", totals: [1] });
    }
  });
  const votes = await assertOneVoteEach(lab, { tickets, totals });
  const requests = votes.map((vote) => JSON.parse(vote).requestId).filter((id) => id !== undefined);
  assertEquals(requests.sort(), acceptedRequests.sort(), "each accepted request entered once");
  assert(requests.length > 0 && requests.length < MIXED_TICKETS, "both kinds have won tickets");
  console.log(`    ${MIXED_TICKETS} tickets: ${requests.length} used up by a vote with a requestId`);
});
