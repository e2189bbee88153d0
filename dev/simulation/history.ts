/**
 * One history: actors take turns in an order that the seed chooses, faults strike in between; then the faults end,
 * everything drains, and the promises are checked.
 */
import { Actor, type Life } from "./actor.ts";
import { type BreakName, describeBreak } from "./breaks.ts";
import { checkPromises } from "./check.ts";
import { beginClient } from "./clients.ts";
import { chooseProfile, endFaults, kindOf, setPace, strike } from "./faults.ts";
import { beginGuard } from "./guards.ts";
import { beginOperator, forgetCloses } from "./operators.ts";
import { beginPersister } from "./persisters.ts";
import { beginRelay } from "./relays.ts";
import { beginRotator } from "./rotators.ts";
import type { SimulatedLedger } from "./simulated_ledger.ts";
import { createWorld, Gone, NAMES, type RedisProcess, UNIT_MS, type World } from "./world.ts";

export interface HistoryOptions {
  readonly seed: number;
  /** Turns before the faults end. */
  readonly turns?: number;
  readonly broken?: BreakName | undefined;
  /** Prints what happens. */
  readonly print?: ((line: string) => void) | undefined;
}

export interface HistoryOutcome {
  /** What was promised and not kept; empty when all is well. */
  readonly problems: readonly string[];
  /** How often each kind of event happened. */
  readonly events: ReadonlyMap<string, number>;
}

export const TURNS = 1000;
/** Rounds in which everybody has a turn; far more than anything takes that ends at all. */
const ROUNDS_MAX = 1500;
/** For so many rounds nothing may be left to do: a guard's look takes fewer. */
const QUIET_ROUNDS = 12;
/** What a client waits for is a new ticket, and those need time. */
const ROUNDS_PER_UNIT = 3;

export async function runHistory(
  { seed, turns = TURNS, broken, print }: HistoryOptions,
): Promise<HistoryOutcome> {
  const world = createWorld({ seed, broken, print });
  const actors = createActors(world);
  await runTurns(world, { actors, turns });
  const isQuiet = await drain(world, actors);
  const problems = isQuiet
    ? checkPromises(world)
    : [...world.problems, `never quiet: ${describeState(world)}`];
  for (const problem of problems) world.say("PROBLEM", problem);
  world.say("END", describeState(world));
  return { problems, events: world.tallyOf };
}

function createActors(world: World): Actor[] {
  const create = (name: string, begin: (actor: Actor) => Life) =>
    new Actor({
      name,
      begin,
      onError(error) {
        if (error instanceof Gone) return world.count(`step failed of a ${kindOf({ name })}`);
        world.problems.push(`${name} threw ${error}`);
      },
    });
  return [
    ...["client 1", "client 2", "client 3"].map((name) => create(name, (actor) => beginClient(world, actor))),
    ...["rotator 1", "rotator 2"].map((name) => create(name, (actor) => beginRotator(world, actor))),
    ...["relay 1", "relay 2"].map((name) => create(name, (actor) => beginRelay(world, actor))),
    ...[0, 1].map((own) => create(`persister ${own + 1}`, (actor) => beginPersister(world, { actor, own }))),
    ...(hasOperator(world) ? [create("operator", (actor) => beginOperator(world, actor))] : []),
    ...["guard 1", "guard 2"].map((name) => create(name, (actor) => beginGuard(world, actor))),
  ];
}

/** In some: where the poll is closed nothing else happens. Where another rule is broken everything else is to happen. */
function hasOperator(world: World): boolean {
  const { random, broken } = world;
  const { operates = broken === undefined } = describeBreak(broken);
  if (!operates) return false;
  if (random.chance(0.5)) world.candidates = { names: NAMES, digest: "of the names" };
  return random.chance(broken === undefined ? 0.25 : 0.9);
}

async function runTurns(
  world: World,
  { actors, turns }: { actors: readonly Actor[]; turns: number },
): Promise<void> {
  const { random } = world;
  const profile = chooseProfile(world);
  world.callLoss = random.next() ** 3 * 0.08;
  world.answerLoss = describeBreak(world.broken).answerLoss ?? random.pick([0.1, 0.3, 0.3, 0.8]);
  world.hasGuardLock = random.chance(0.75);
  for (const actor of actors) setPace(world, actor);
  // In some histories what was counted takes long to be stored: then a restore comes first.
  const late = random.pick(["nobody", "nobody", "persister", "relay"]);
  for (const actor of actors) if (kindOf(actor) === late) actor.weight *= 0.2;
  for (world.turn = 0; world.turn < turns; world.turn++) {
    pass(world, random.chance(0.15) ? UNIT_MS : 0);
    strike(world, { profile, actors });
    forgetCloses(world);
    let at = random.next() * actors.reduce((sum, { weight }) => sum + weight, 0);
    const actor = actors.find(({ weight }) => (at -= weight) < 0) ?? actors[0] as Actor;
    if (world.turn >= actor.asleepUntilTurn) await actor.turn();
  }
}

/** A little at every turn, so that no two clocks stand still between two acts. */
function pass(world: World, ms: number): void {
  world.nowMs += ms + 3;
}

/** Returns whether it came to rest. */
async function drain(world: World, actors: Actor[]): Promise<boolean> {
  world.say("END", "no more faults, no more votes");
  world.isEnding = true;
  endFaults(world);
  forgetCloses(world);
  // The advisory lock holds again: one guard.
  actors.pop()?.stop();
  world.hasGuardLock = true;
  let quiet = 0;
  for (let round = 0; round < ROUNDS_MAX && quiet < QUIET_ROUNDS; round++) {
    pass(world, round % ROUNDS_PER_UNIT === 0 ? UNIT_MS : 0);
    for (const actor of actors) await actor.turn();
    quiet = isAtRest(world, actors) ? quiet + 1 : 0;
  }
  for (const actor of actors) actor.stop();
  return quiet === QUIET_ROUNDS;
}

/** Open, drained, carried: and no client still at it. */
function isAtRest({ redis, postgres, kafka, broken }: World, actors: readonly Actor[]): boolean {
  const { ledger } = postgres;
  const { meta, outbox } = redis.data;
  return meta !== undefined && meta.epoch === ledger.epoch &&
    (meta.incarnation === redis.runId || broken === "incarnation") &&
    outbox.length === 0 && postgres.shardLock === undefined &&
    kafka.partitions.every((records, partition) =>
      records.length ===
        (broken === "offsets_in_kafka" ? kafka.committed[partition] : ledger.consumed.get(partition) ?? 0)
    ) &&
    actors.every((actor) => actor.isIdle || !actor.name.startsWith("client")) &&
    ledger.read().toCarryCount === 0 && obeys({ redis, ledger });
}

function obeys({ redis, ledger }: { redis: RedisProcess; ledger: SimulatedLedger }): boolean {
  const { poll, applied } = ledger.poll;
  return redis.data.poll.state?.revision === poll.revision && applied?.revision === poll.revision;
}

function describeState({ redis, postgres, kafka }: World): string {
  const { ledger } = postgres;
  return JSON.stringify({
    runId: redis.runId,
    meta: redis.data.meta,
    last: redis.data.last,
    outbox: redis.data.outbox.length,
    tally: Object.fromEntries(redis.data.tally),
    ledger: ledger.read(),
    poll: redis.data.poll.state,
    votes: Object.fromEntries([...ledger.votes].map(([name, { count }]) => [name, count])),
    consumed: kafka.partitions.map((records, partition) =>
      `${ledger.consumed.get(partition) ?? 0} of ${records.length}`
    ),
  });
}
