/** What goes wrong, as the seed will have it: each history has its own mix, so that some have one kind of fault only. */
import type { Actor } from "./actor.ts";
import { describeBreak } from "./breaks.ts";
import { type Fault, FAULT_WEIGHTS } from "./fault_names.ts";
import { putGarbage } from "./garbage.ts";
import { endSession } from "./links.ts";
import { SimulatedRedis } from "./simulated_redis.ts";
import { noteLostDisk, UNIT_MS, type World } from "./world.ts";

/** How likely each is, against the others, and how likely any is at one turn. */
interface Profile {
  readonly faults: readonly [Fault, number][];
  readonly sum: number;
}

/** How far Redis's clock may fall behind: a repeat must stay within half of a request's life. */
const SKEW_UNITS_MAX = 30;
/** Of one kind, at each turn: more, and the shard would hardly ever be open. */
const FAULT_MAX = 0.015;
const COPIES_KEPT = 6;
const BACKUPS_KEPT = 8;

const FAULTS: Readonly<Record<Fault, (world: World, actors: readonly Actor[]) => void>> = {
  restart,
  wipe: (world) => replace(world, { data: new SimulatedRedis(world.broken) }),
  flush,
  older_copy: olderCopy,
  split,
  clock_back: stepBack,
  crash,
  sleep: fallAsleep,
  pace: changePace,
  postgres_away: postgresAway,
  postgres_back: postgresFromBackup,
  redis_cut: cutRedis,
  guard_cut: cutSession,
  kafka_away: kafkaAway,
  garbage: putGarbage,
};

export function chooseProfile({ random, broken }: World): Profile {
  const { focus } = describeBreak(broken);
  const storm = random.pick([0.3, 0.6, 1]) * FAULT_MAX;
  const faults = (Object.entries(FAULT_WEIGHTS) as [Fault, number][]).map(
    (
      [fault, weight],
    ): [Fault, number] => [fault, random.next() ** 3 * storm * weight * (focus?.[fault] ?? 1)],
  );
  return { faults, sum: faults.reduce((sum, [, probability]) => sum + probability, 0) };
}

/** One turn's worth of bad luck, and what mends by itself. */
export function strike(
  world: World,
  { profile, actors }: { profile: Profile; actors: readonly Actor[] },
): void {
  const { random, postgres, kafka } = world;
  if (!postgres.isUp && random.chance(0.05)) postgres.isUp = true;
  if (!kafka.isUp && random.chance(0.05)) kafka.isUp = true;
  if (world.oldRedis.length > 0 && random.chance(0.01)) endOldest(world);
  // Now and then something is put aside that a fault may bring back, or Redis takes away what has expired.
  if (random.chance(0.04)) housekeeping(world);
  let at = random.next();
  if (at >= profile.sum) return;
  const [fault] = profile.faults.find(([, probability]) => (at -= probability) < 0) ?? ["restart"];
  world.count(`fault ${fault}`);
  world.say("FAULT", fault);
  FAULTS[fault](world, actors);
}

function housekeeping({ random, redis, copies, backups, postgres, nowMs }: World): void {
  const what = random.int(0, 3);
  if (what === 0) redis.data.expireRequests(nowMs - redis.skewMs);
  else if (what === 1) remember(backups, { latest: postgres.ledger.copy(), kept: BACKUPS_KEPT });
  else remember(copies, { latest: redis.data.copy(), kept: COPIES_KEPT });
}

/** The faults end: every store is there, the old processes are gone. */
export function endFaults(world: World): void {
  world.postgres.isUp = true;
  world.kafka.isUp = true;
  world.callLoss = 0;
  while (world.oldRedis.length > 0) endOldest(world);
}

function remember<T>(kept: T[], { latest, kept: max }: { latest: T; kept: number }): void {
  kept.push(latest);
  if (kept.length > max) kept.shift();
}

function replace(
  world: World,
  { data, keepsOld = false }: { data: SimulatedRedis; keepsOld?: boolean },
): void {
  const old = world.redis;
  world.redis = { runId: `run${world.nextId()}`, data, isAlive: true, skewMs: old.skewMs };
  if (keepsOld) {
    world.oldRedis.push(old);
  } else {
    old.isAlive = false;
    noteLostDisk(world, old.data, data);
  }
}

function endOldest(world: World): void {
  const old = world.oldRedis.shift();
  if (!old) return;
  old.isAlive = false;
  world.say("FAULT", `the old Redis ${old.runId} ends`);
  noteLostDisk(world, old.data, world.redis.data);
}

function restart(world: World): void {
  replace(world, { data: world.redis.data.copy() });
}

function flush(world: World): void {
  const data = new SimulatedRedis(world.broken);
  noteLostDisk(world, world.redis.data, data);
  world.redis.data = data;
}

function olderCopy(world: World): void {
  const { copies, random } = world;
  const copy = copies[random.int(0, copies.length - 1)];
  if (copy) replace(world, { data: copy.copy() });
}

function split(world: World): void {
  const { copies, random, redis } = world;
  const copy = random.chance(0.25)
    ? redis.data
    : copies[random.int(Math.max(0, copies.length - 3), copies.length - 1)];
  if (copy) replace(world, { data: copy.copy(), keepsOld: true });
}

function stepBack({ redis, random }: World): void {
  redis.skewMs = Math.min(SKEW_UNITS_MAX * UNIT_MS, redis.skewMs + random.pick([1, 3, 6, 12, 20]) * UNIT_MS);
}

function crash(world: World, actors: readonly Actor[]): void {
  const { random } = world;
  const actor = actors[random.int(0, actors.length - 1)];
  if (!actor || actor.name.startsWith("client")) return;
  const actFirst = random.chance(0.35);
  world.count(`crash of a ${kindOf(actor)}`);
  if (actFirst && !actor.isIdle) world.count("crash before the answer");
  world.say("FAULT", `${actor.name} is killed${actFirst ? ", what it asked is done" : ""}`);
  actor.crash({ actFirst });
}

function fallAsleep(world: World, actors: readonly Actor[]): void {
  const actor = actors[world.random.int(0, actors.length - 1)];
  if (!actor) return;
  world.say("FAULT", `${actor.name} sleeps`);
  actor.asleepUntilTurn = world.turn + world.random.int(50, 400);
}

function changePace(world: World, actors: readonly Actor[]): void {
  const actor = actors[world.random.int(0, actors.length - 1)];
  if (actor) setPace(world, actor);
}

/** Guards and clients have the longest programs, so they need the most turns. */
const PACES: Readonly<Record<string, number>> = {
  client: 4,
  rotator: 0.6,
  relay: 0.8,
  persister: 0.8,
  guard: 4,
};

export function kindOf({ name }: { readonly name: string }): string {
  return name.split(" ", 1)[0] ?? "";
}

/** Some are quick, some slow, and a few next to dead. */
export function setPace({ random }: World, actor: Actor): void {
  actor.weight = (PACES[kindOf(actor)] ?? 1) * random.pick([1, 1, 1, 3, 6, 0.1]);
}

function postgresAway(world: World): void {
  world.postgres.isUp = false;
  cutAll(world);
}

function postgresFromBackup(world: World): void {
  const backup = world.backups[world.random.int(0, world.backups.length - 1)];
  if (backup) world.postgres.ledger = backup.copy();
  cutAll(world);
}

function cutAll(world: World): void {
  world.postgres.generation += 1;
  for (const session of [...world.postgres.sessions]) endSession(world, session);
}

function cutRedis({ random }: World, actors: readonly Actor[]): void {
  actors[random.int(0, actors.length - 1)]?.cutRedis();
}

/** A guard's connection ends without the guard: another may take the lock while it goes on. */
function cutSession(world: World): void {
  for (const session of [...world.postgres.sessions]) endSession(world, session);
}

function kafkaAway({ kafka }: World): void {
  kafka.isUp = false;
}
