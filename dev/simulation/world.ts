/**
 * Everything that one history is made of: the stores, the clock, what the actors did, and what must be true of it in the
 * end. Faults and actors change it; only the scheduler decides when.
 */
import type { Logger } from "../../shared/log/logger.ts";
import type { Candidates } from "../../workers/vote_persister/guard/candidates.ts";
import type { BreakName } from "./breaks.ts";
import { type Closes, createCloses } from "./operators.ts";
import { createRandom, type Random } from "./random.ts";
import { SimulatedLedger } from "./simulated_ledger.ts";
import { type OutboxVote, SimulatedRedis } from "./simulated_redis.ts";

/** One tick of the model's clock: such that the protocol's fixed minute is a few of them. */
export const UNIT_MS = 10_000;
export const REQUEST_LIFE_MS = 80 * UNIT_MS;
export const INTERVAL_MS = 3 * UNIT_MS;
export const TICKET_LIFE_MS = 6 * UNIT_MS;
export const USES = 3;
export const LIMITS = {
  requestLifeMs: REQUEST_LIFE_MS,
  outboxMax: 25,
  totalMax: 2 ** 31 - 1,
  candidatesMax: 1_000_000,
  // What a restore knows of voters is less than what Redis knew: no promise to hold a history to.
  voterVotesMax: 0,
  voterWindowMs: 3_600_000,
};
export const NAMES = ["ada", "grace"] as const;
export const PARTITIONS = [0, 1] as const;
/** Any moment will do. */
const BEGINNING_MS = 1_790_000_000_000;

/** A store was not reached, or its answer was not: what a program has to live with. */
export class Gone extends Error {
  override readonly name = "Gone";
}

/** One of each: a stack is the dearest part of an error, and these are thrown all the time. */
const GONE = new Map<string, Gone>();

export function gone(message: string): Gone {
  let error = GONE.get(message);
  if (!error) GONE.set(message, error = new Gone(message));
  return error;
}

export interface RedisProcess {
  readonly runId: string;
  data: SimulatedRedis;
  isAlive: boolean;
  /** How far its clock is behind. */
  skewMs: number;
}

/** A connection of a guard to Postgres, which holds locks for as long as it lives. */
export interface Session {
  isAlive: boolean;
  readonly name: string;
  /** What its transaction has written: done at the commit. */
  writes: (() => void)[];
}

export interface SimulatedPostgres {
  ledger: SimulatedLedger;
  isUp: boolean;
  /** Rises when every connection has ended: an outage, or a backup that was put back. */
  generation: number;
  readonly sessions: Set<Session>;
  /** Who holds the guard's advisory lock. */
  guardLock: Session | undefined;
  /** Who has shut the persisters out. */
  shardLock: Session | undefined;
}

export interface SimulatedKafka {
  readonly partitions: readonly Uint8Array<ArrayBuffer>[][];
  /** For lag tools only, by partition. */
  readonly committed: number[];
  isUp: boolean;
  /** `<partition>/<offset>` of records that can never be stored: the simulation put them there. */
  readonly garbage: Set<string>;
  readonly buried: Set<string>;
  /** Vote ids that Kafka has acknowledged. */
  readonly acknowledged: Set<string>;
}

/** A vote that some Redis has counted. */
export interface CountedVote {
  readonly id: string;
  readonly requestId: string;
  /** One request of one client: however often it is sent. */
  readonly intent: number;
  /** Names and counts. */
  readonly content: string;
  readonly atMs: number;
}

export interface World {
  readonly random: Random;
  readonly broken: BreakName | undefined;
  nowMs: number;
  turn: number;
  redis: RedisProcess;
  /** Processes that were replaced and do not know it. */
  readonly oldRedis: RedisProcess[];
  readonly copies: SimulatedRedis[];
  readonly postgres: SimulatedPostgres;
  readonly backups: SimulatedLedger[];
  readonly kafka: SimulatedKafka;
  readonly counted: Map<string, CountedVote>;
  /** How often each ticket was used, by epoch and slot. */
  readonly uses: Map<string, number>;
  /** Votes that were in an outbox whose disk died. */
  readonly mayBeLost: Set<string>;
  readonly problems: string[];
  readonly closes: Closes;
  /** Undefined where any name may be voted for. */
  candidates: Candidates | undefined;
  readonly tallyOf: Map<string, number>;
  /** How likely a call loses its answer, or does not arrive. */
  callLoss: number;
  /** How likely a client does not hear that its vote was accepted. */
  answerLoss: number;
  /** False where the advisory lock of Postgres holds nobody off: safety must not rest on it. */
  hasGuardLock: boolean;
  /** Faults have ended: programs finish what they began, and clients begin nothing. */
  isEnding: boolean;
  nextId(): number;
  /** Notes that something happened. */
  count(event: string): void;
  /** Somebody reads what is said. */
  readonly isTold: boolean;
  say(who: string, what: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly broken?: BreakName | undefined;
  readonly print?: ((line: string) => void) | undefined;
}

export function createWorld({ seed, broken, print }: WorldOptions): World {
  const random = createRandom(seed);
  let ids = 0;
  const tallyOf = new Map<string, number>();
  const world: World = {
    random,
    broken,
    nowMs: BEGINNING_MS,
    turn: 0,
    redis: { runId: "run0", data: new SimulatedRedis(broken), isAlive: true, skewMs: 0 },
    oldRedis: [],
    copies: [new SimulatedRedis(broken)],
    postgres: {
      ledger: new SimulatedLedger({ requestLifeMs: REQUEST_LIFE_MS, broken }),
      isUp: true,
      generation: 0,
      sessions: new Set(),
      guardLock: undefined,
      shardLock: undefined,
    },
    backups: [],
    kafka: {
      partitions: PARTITIONS.map(() => []),
      committed: PARTITIONS.map(() => 0),
      isUp: true,
      garbage: new Set(),
      buried: new Set(),
      acknowledged: new Set(),
    },
    counted: new Map(),
    uses: new Map(),
    mayBeLost: new Set(),
    problems: [],
    closes: createCloses(),
    candidates: undefined,
    tallyOf,
    callLoss: 0,
    answerLoss: 0.3,
    hasGuardLock: true,
    isEnding: false,
    nextId: () => ++ids,
    count: (event) => void tallyOf.set(event, (tallyOf.get(event) ?? 0) + 1),
    isTold: print !== undefined,
    say(who, what) {
      if (!print) return;
      const seconds = ((world.nowMs - BEGINNING_MS) / 1000).toFixed(3);
      print(`${seconds.padStart(9)} s  ${who.padEnd(12)} ${what}`);
    },
  };
  world.backups.push(world.postgres.ledger.copy());
  return world;
}

/** Redis's own time: that of the world, less what its clock has lost. */
export function redisTimeMs({ nowMs }: World, { skewMs }: RedisProcess): number {
  return nowMs - skewMs;
}

/** The votes that die with this data where `survivor` does not have them. */
export function noteLostDisk(world: World, lost: SimulatedRedis, survivor: SimulatedRedis): void {
  const kept = new Set(survivor.outbox.map(({ voteId }: OutboxVote) => voteId));
  for (const { voteId } of lost.outbox) if (!kept.has(voteId)) world.mayBeLost.add(voteId);
}

/** The log of the project's own code: part of the trace, and each event is counted. */
export function createLog(
  world: World,
  { who, onEvent = () => {} }: { who: string; onEvent?: (event: string, error: unknown) => void },
): Logger {
  const write = (event: string, fields: Readonly<Record<string, unknown>> = {}) => {
    world.count(`log ${event}`);
    if (event === "shard_claimed") world.count(`reopened: ${fields["reason"]}`);
    if (world.isTold) world.say(who, `logs ${event}${describe(fields)}`);
    onEvent(event, fields["error"]);
  };
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log;
}

/** Without what differs between two runs of one seed. */
function describe({ error, retryInMs: _, ...fields }: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (error instanceof Error) texts.push(`error="${error.message}"`);
  return texts.length > 0 ? ` ${texts.join(" ")}` : "";
}
