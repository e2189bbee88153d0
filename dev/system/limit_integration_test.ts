/** The limit is exact: over HTTP, from several API processes, at any phase of the beat. */
import { assertEquals } from "@std/assert";
import { setTimeout as timeout } from "node:timers/promises";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { ApiClient, TicketInfo, VoteAnswer } from "./api_client.ts";
import { startSystem } from "./system.ts";

const USES = 100;

Deno.test("2000 parallel votes on one ticket of 100 uses, from two API processes, are 100 successes", async () => {
  await using world = await createWorld();
  const { clients } = await startSystem(world, {
    copies: { api: 2 },
    // So that time does not decide.
    environment: { CAST_TICKET_LIFETIME_MS: "60000" },
  });
  const { ticket } = await (clients[0] as ApiClient).whenTicketOpen();
  const answers = await Promise.all(
    Array.from(
      { length: 2000 },
      (_, index) => (clients[index % 2] as ApiClient).vote({ usernames: ["alice"], voteCount: [1], ticket }),
    ),
  );
  assertEquals(countMessages(answers), {
    "Votes recorded successfully": USES,
    "Ticket usage limit exceeded": 2000 - USES,
  });
  assertEquals(await world.redis.redis.zscore(world.keys.tally, "alice"), "100");
  const pool = await world.postgres();
  const count = await waitFor(async () => {
    const { rows } = await pool.query("select count from votes where username = 'alice'");
    return Number(rows[0]?.count) >= USES && Number(rows[0]?.count);
  }, { what: "100 votes in Postgres" });
  assertEquals(count, USES);
});

const PHASES = 20;
const INTERVAL_MS = 1000;
const ROUNDS_MAX = 5;

Deno.test("a fresh ticket admits 20 votes at once and 80 more, and is dead after 2 seconds, at 20 phases of the beat", async () => {
  await using world = await createWorld();
  const { clients } = await startSystem(world);
  const client = clients[0] as ApiClient;
  let tooSlow = 0;
  for (let phase = 0; phase < PHASES; phase++) {
    const phaseMs = phase * INTERVAL_MS / PHASES;
    let round = 0;
    while (!await voteAtPhase(world, { client, phaseMs })) {
      // The machine was so slow that the ticket expired before it was used up: counted apart, tried again.
      tooSlow += 1;
      if (++round === ROUNDS_MAX) {
        throw new Error(`Vote at phase ${phaseMs} ms: too slow ${ROUNDS_MAX} times`);
      }
    }
  }
  console.log(`    ${PHASES} phases, ${tooSlow} rounds repeated because the ticket expired first`);
});

/** Returns false when the ticket expired before it was used up. */
async function voteAtPhase(
  world: World,
  { client, phaseMs }: { client: ApiClient; phaseMs: number },
): Promise<boolean> {
  const info = await freshTicketAtPhase(world, { client, phaseMs });
  const fetchedAt = performance.now();
  assertEquals(info.remainingUsage, USES);
  const vote = () => client.vote({ usernames: ["bob"], voteCount: [1], ticket: info.ticket });
  const answers = await Promise.all(Array.from({ length: 20 }, vote));
  while (answers.every((answer) => messageOf(answer) === "Votes recorded successfully")) {
    answers.push(await vote());
  }
  const messages = countMessages(answers);
  const inTime = !("Ticket expired" in messages);
  if (inTime) {
    assertEquals(messages, { "Votes recorded successfully": USES, "Ticket usage limit exceeded": 1 });
  }

  // Two seconds by this machine's clock are two by Redis's too; a few milliseconds for the answer's way here.
  await timeout(Math.max(2005 - (performance.now() - fetchedAt), 0));
  assertEquals(messageOf(await vote()), "Ticket expired");
  return inTime;
}

/** Waits for the phase by Redis's clock; a ticket that an earlier round has used is not fresh. */
async function freshTicketAtPhase(
  { redis }: World,
  { client, phaseMs }: { client: ApiClient; phaseMs: number },
): Promise<TicketInfo> {
  return await waitFor(async () => {
    const [seconds, microseconds] = await redis.redis.time();
    const nowMs = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    await timeout((phaseMs - nowMs % INTERVAL_MS + INTERVAL_MS) % INTERVAL_MS);
    const info = await client.cas();
    return info?.remainingUsage === USES && info;
  }, { what: "a fresh ticket" });
}

function messageOf(answer: VoteAnswer): string {
  return answer.kind === "result" ? answer.result.message : `unknown: ${answer.reason}`;
}

function countMessages(answers: readonly VoteAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of answers.map(messageOf)) counts[message] = (counts[message] ?? 0) + 1;
  return counts;
}
