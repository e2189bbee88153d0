/**
 * What the tests of backpressure share: a whole system under voters who do not give up, looks at what they are told, and
 * the end that each test has: everything is counted once, and nothing was buried.
 */
import { assertEquals } from "@std/assert";
import type { Admin } from "kafkajs";
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import type { World } from "../../shared/testing/world.ts";
import { audit } from "./audit.ts";
import type { LogLine, ProgramName, RunningProgram } from "./running_program.ts";
import { startSystem, type System } from "./system.ts";
import { startVoters, type Voters } from "./voters.ts";

export interface BackpressureScene {
  readonly world: World;
  readonly pool: PostgresPool;
  readonly system: System;
  readonly voters: Voters;
  /** The one copy of a program. */
  program(name: ProgramName): RunningProgram;
  outboxLength(): Promise<number>;
  /** The sum of Redis's totals. */
  countedTotal(): Promise<number>;
  /** Resolves when that many more votes were accepted than now. */
  untilAccepted(more: number): Promise<void>;
  /** Resolves when that many more answers had this code than now. */
  untilAnswered(code: string, more: number): Promise<void>;
  untilOutboxEmpty(): Promise<void>;
  /** No new voters; throws unless every voter was accepted in the end, counted once, and nothing was buried. */
  finish(): Promise<void>;
}

/** Few: whoever is refused comes again ten times a second, and those who wait add up. */
const PER_SECOND = 30;
const USERNAMES = ["ada", "bob"];
/** A loaded machine takes its time. */
const WITHIN_MS = 60_000;

export async function startScene(
  world: World,
  environment: Record<string, string> = {},
): Promise<BackpressureScene> {
  const pool = await world.postgres();
  // The uses are raised so that the limit does not hide what is tested.
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "1000000", ...environment } });
  const voters = startVoters({ clients: system.clients, perSecond: PER_SECOND, usernames: USERNAMES });
  const { history } = voters;
  let finished = false;
  // Where a test fails on the way, voters must not go on into the next one.
  world.defer(() => finished ? undefined : voters.finish());
  const program = (name: ProgramName) => system.copies(name)[0] as RunningProgram;
  const outboxLength = () => world.redis.redis.xlen(world.keys.outbox);
  const untilMore = async (what: string, { count, more }: { count: () => number; more: number }) => {
    const wanted = count() + more;
    await waitFor(() => count() >= wanted, { what: `${more} more ${what}`, withinMs: WITHIN_MS });
  };
  const scene: BackpressureScene = {
    world,
    pool,
    system,
    voters,
    program,
    outboxLength,
    async countedTotal() {
      const scores = await Promise.all(
        USERNAMES.map((name) => world.redis.redis.zscore(world.keys.tally, name)),
      );
      return scores.reduce((sum, score) => sum + Number(score), 0);
    },
    untilAccepted: (more) => untilMore("votes accepted", { count: () => history.accepted.length, more }),
    untilAnswered: (code, more) =>
      untilMore(`answers ${code}`, { count: () => history.answers.get(code) ?? 0, more }),
    untilOutboxEmpty: () =>
      waitFor(async () => await outboxLength() === 0, { what: "an empty outbox", withinMs: WITHIN_MS })
        .then(() => {}),
    async finish() {
      await voters.finish();
      finished = true;
      const report = await audit(world, { pool, history });
      console.log(
        `    answers ${JSON.stringify(Object.fromEntries(history.answers))}, audit ${JSON.stringify(report)}`,
      );
      assertEquals([history.refused.length, history.unknown.length], [0, 0]);
      assertEquals(report.accepted, history.arrived.length);
      assertEquals(await buriedCount(world), 0);
    },
  };
  await scene.untilAccepted(50);
  return scene;
}

/** Resolves with a line that a program has logged since it started, or later. */
export async function untilLogged(
  program: RunningProgram,
  { what, isWanted }: { what: string; isWanted: (line: LogLine) => boolean },
): Promise<LogLine> {
  const look = () => program.lines.find(isWanted);
  return await waitFor(look, { what: `${program.name} to log ${what}`, withinMs: WITHIN_MS });
}

/** An admin client that goes with the world. */
export async function connectAdmin(world: World): Promise<Admin> {
  const { addresses: { kafkaBrokers: brokers }, name: clientId, log } = world;
  const admin = createKafkaClient({ brokers, clientId, log }).admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  return admin;
}

/** Dead letters of the world. */
export async function buriedCount(world: World): Promise<number> {
  const admin = await connectAdmin(world);
  const offsets = await admin.fetchTopicOffsets(deadLetterTopic(world.topic));
  return offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
}

/** Stops a program where it stands, as a machine that is paused; goes on when disposed of, at the latest with the world. */
export function freeze(world: World, program: RunningProgram): { thaw(): void } {
  let frozen = true;
  program.signal("SIGSTOP");
  const thaw = () => {
    if (frozen) program.signal("SIGCONT");
    frozen = false;
  };
  world.defer(thaw);
  return { thaw };
}
