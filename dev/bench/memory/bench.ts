/** What the programs hold at rest and after load, and what Redis holds of a vote before and after the relay passes. */
import { setTimeout as pause } from "node:timers/promises";
import type { World } from "../../../shared/testing/world.ts";
import { pace } from "../../../client/load/pace.ts";
import type { ProgramName, RunningProgram } from "../../system/running_program.ts";
import { startSystem, type System } from "../../system/system.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { readMemory } from "./process_memory.ts";
import { redisPerVote } from "./redis_per_vote.ts";

const NAMES: readonly ProgramName[] = ["api", "ticket_rotator", "outbox_relay", "vote_persister"];
const API_WANTED = { atMost: 100 };
const VOTES_PER_SECOND = 1500;
/** Of it must be accepted, or what is measured is not memory after that load. */
const ACCEPTED_SHARE_MIN = 0.9;
const LOAD_SECONDS_MIN = 5;
/** A new ticket is asked for each time. */
const BEAT_MS = 20;
const SETTLE_SECONDS_MAX = 15;
/** Growth in a second below which a program counts as level. */
const LEVEL_MB = 0.5;

export const memoryBench: Bench = {
  name: "memory",
  title: "Memory of each program at rest and under load, and of Redis a vote",
  run,
};

async function run(context: BenchContext): Promise<readonly Figure[]> {
  const programs = Deno.build.os === "linux" ? await programFigures(context) : [];
  if (programs.length === 0) context.say("the programs' memory is read from /proc: on Linux only");
  return [...programs, ...await redisPerVote(context)];
}

async function programFigures({ createWorld, seconds, signal, say }: BenchContext): Promise<Figure[]> {
  await using world: World = await createWorld();
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "1000000" } });
  await untilLevel(system, signal);
  const rest = await figuresOf(system, "at rest");
  const perSecond = Math.round(
    await castFor(system, { seconds: Math.max(seconds, LOAD_SECONDS_MIN), signal }),
  );
  say(`load: ${perSecond} votes/s accepted of ${VOTES_PER_SECOND}`);
  const perSecondMin = ACCEPTED_SHARE_MIN * VOTES_PER_SECOND;
  if (perSecond < perSecondMin) {
    throw new Error(`Put the programs under load: wanted ${perSecondMin} votes/s or more, got ${perSecond}`);
  }
  return [...rest, ...await figuresOf(system, "after load")];
}

async function untilLevel(system: System, signal: AbortSignal): Promise<void> {
  let before = Infinity;
  for (let second = 0; second < SETTLE_SECONDS_MAX; second++) {
    await pause(1000, undefined, { signal });
    const sizes = await Promise.all(running(system).map(({ pid }) => readMemory(pid)));
    const now = sizes.reduce((sum, { rssMb }) => sum + rssMb, 0);
    if (Math.abs(now - before) < LEVEL_MB) return;
    before = now;
  }
}

async function figuresOf(system: System, when: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, pid } of running(system)) {
    const { rssMb, pssMb } = await readMemory(pid);
    const wanted = name === "api" && when === "at rest" ? { wanted: API_WANTED } : {};
    figures.push({ what: `${name} ${when}, RSS`, unit: "MB", samples: [rssMb], ...wanted });
    if (pssMb !== undefined) figures.push({ what: `${name} ${when}, PSS`, unit: "MB", samples: [pssMb] });
  }
  return figures;
}

function running(system: System): RunningProgram[] {
  return NAMES.flatMap((name) => system.copies(name));
}

/** Votes at its rate, whatever the system makes of it. Returns accepted votes a second, up to the last answer. */
async function castFor(
  { clients: [client] }: System,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<number> {
  if (!client) throw new Error("Put the programs under load: no API runs");
  let { ticket } = await client.whenTicketOpen();
  let accepted = 0;
  const casting: Promise<void>[] = [];
  const cast = async (n: number) => {
    const answer = await client.vote({ usernames: [`candidate-${n % 300}`], voteCount: [1], ticket });
    if (answer.kind === "result" && answer.result.success) accepted++;
  };
  const begunAt = performance.now();
  await pace({
    perSecond: VOTES_PER_SECOND,
    total: VOTES_PER_SECOND * seconds,
    nowMs: () => performance.now(),
    async beat() {
      await pause(BEAT_MS, undefined, { signal });
      ticket = (await client.cas())?.ticket ?? ticket;
    },
    send: (n) => void casting.push(cast(n)),
    signal,
  });
  await Promise.all(casting);
  return accepted / ((performance.now() - begunAt) / 1000);
}
