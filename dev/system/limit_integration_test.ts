/**
 * The limit is exact: over HTTP, from several API processes, at any phase of the beat, whatever is killed or frozen
 * meanwhile.
 */
import { assertEquals } from "@std/assert";
import { setTimeout as timeout } from "node:timers/promises";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { ApiClient, TicketInfo, VoteAnswer } from "./api_client.ts";
import { type RollingPrograms, startRollingPrograms } from "./rolling_programs.ts";
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

const EPOCH = 1_764_000_000_000;
const TICKETS_MIN = 10;
/** Times that all rotators sleep at once. */
const FREEZES = 3;
/** Three times what a ticket admits, all at once. */
const ATTEMPTS = 3 * USES;
const TRIES_MAX = 300;
const RETRY_MS = 100;

interface Disturbed {
  readonly world: World;
  readonly programs: RollingPrograms;
  readonly environment: Readonly<Record<string, string>>;
  /** Tickets that are used up. */
  readonly spent: readonly string[];
  readonly progress: Progress;
}

/** Of the votes in all: so that a process can be killed while some are under way. */
interface Progress {
  answered: number;
  unanswered: number;
}

Deno.test("each ticket admits exactly 100 of 300 votes though rotators are frozen, killed and continued, and API processes killed", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const environment = {
    ...world.environment(),
    CAST_TICKET_KEYS: `test:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
    // Every ticket of the run stays open, so that a spent one that came back to life would be found.
    CAST_TICKET_LIFETIME_MS: "600000",
  };
  const programs = await startRollingPrograms(world, environment);
  // A frozen process would not stop.
  world.defer(() => signalRotators(programs, "SIGCONT"));
  const spent: string[] = [];
  const progress: Progress = { answered: 0, unanswered: 0 };
  let faulty = true;
  const faults = disturb({ world, programs, environment, spent, progress })
    // Told when the voters have come to rest, so that nothing runs on beside a test that is over.
    .then(() => undefined, (error: unknown) => error)
    .finally(() => faulty = false);
  const messages: Record<string, number>[] = [];
  while (faulty || spent.length < TICKETS_MIN) {
    const { ticket } = await waitFor(async () => {
      const info = await programs.balanced.cas();
      return info !== undefined && !spent.includes(info.ticket) && info;
    }, { what: "a fresh ticket", withinMs: 60_000 });
    messages.push(await useUp(ticket, { programs, attempts: ATTEMPTS, progress }));
    spent.push(ticket);
  }
  const failure = await faults;
  for (const counted of messages) {
    assertEquals(counted, {
      "Votes recorded successfully": USES,
      "Ticket usage limit exceeded": ATTEMPTS - USES,
    });
  }
  if (failure) throw failure;

  for (const ticket of spent) {
    assertEquals(await useUp(ticket, { programs, attempts: 5, progress }), {
      "Ticket usage limit exceeded": 5,
    });
  }
  const { redis: { redis }, keys } = world;
  assertEquals(await redis.zscore(keys.tally, "carol"), String(USES * spent.length));
  assertEquals(await redis.xlen(keys.outbox), USES * spent.length);
  console.log(
    `    ${spent.length} tickets used up, ${progress.unanswered} votes repeated for want of an answer`,
  );
});

/** Each fault lasts until tickets have been used up beside it, or, with no rotator at work, until the last one is. */
async function disturb(
  { world: { redis: { redis }, keys }, programs, environment, spent, progress }: Disturbed,
): Promise<void> {
  const whenMoreSpent = async () => {
    const goal = spent.length + 2;
    await waitFor(() => spent.length >= goal, { what: "two tickets to be used up", withinMs: 60_000 });
  };
  // Who wakes in the slot of the last ticket finds it as the current one, and used up.
  const whenLastSpent = () =>
    waitFor(async () => {
      const newest = await redis.hget(keys.meta, "newest_opens_at");
      return spent.some((ticket) => ticket.split(".")[3] === newest);
    }, { what: "the last ticket to be used up", withinMs: 60_000 });

  // Asleep while the other goes on: what it was about to mint is old when it wakes.
  programs.copies("ticket_rotator")[0]?.signal("SIGSTOP");
  await whenMoreSpent();
  signalRotators(programs, "SIGCONT");
  for (let freeze = 0; freeze < FREEZES; freeze++) {
    signalRotators(programs, "SIGSTOP");
    await whenLastSpent();
    signalRotators(programs, "SIGCONT");
    await whenMoreSpent();
  }
  await programs.roll("ticket_rotator", { environment, signal: "SIGKILL" });
  const { answered } = progress;
  await waitFor(() => progress.answered > answered, { what: "votes under way", withinMs: 60_000 });
  await programs.roll("api", { environment, signal: "SIGKILL" });
  signalRotators(programs, "SIGSTOP");
  await whenLastSpent();
  await programs.roll("ticket_rotator", { environment, signal: "SIGKILL" });
  await whenMoreSpent();
}

function signalRotators(programs: RollingPrograms, signal: Deno.Signal): void {
  for (const rotator of programs.copies("ticket_rotator")) rotator.signal(signal);
}

/** Votes on one ticket at once, from every API process; who gets no answer repeats the vote until there is one. */
async function useUp(
  ticket: string,
  { programs, attempts, progress }: { programs: RollingPrograms; attempts: number; progress: Progress },
): Promise<Record<string, number>> {
  const voters = Array.from({ length: attempts }, async () => {
    const vote = { usernames: ["carol"], voteCount: [1], ticket, requestId: crypto.randomUUID() };
    let answer = await programs.balanced.vote(vote);
    for (let tries = 1; answer.kind === "unknown" && tries < TRIES_MAX; tries++) {
      progress.unanswered += 1;
      await timeout(RETRY_MS);
      answer = await programs.balanced.vote(vote);
    }
    progress.answered += 1;
    return answer;
  });
  return countMessages(await Promise.all(voters));
}

function messageOf(answer: VoteAnswer): string {
  return answer.kind === "result" ? answer.result.message : `unknown: ${answer.reason}`;
}

function countMessages(answers: readonly VoteAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of answers.map(messageOf)) counts[message] = (counts[message] ?? 0) + 1;
  return counts;
}
