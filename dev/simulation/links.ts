/**
 * How an actor reaches the stores, and how it fails to: a call may not arrive, or its answer may not. A connection to
 * Redis is renewed behind the actor's back, as the client does it; nothing is ever sent twice.
 */
import { type Actor, BLOCKED, type Connection } from "./actor.ts";
import { gone, type RedisProcess, redisTimeMs, type Session, type World } from "./world.ts";
import type { SimulatedLedger } from "./simulated_ledger.ts";

export interface RedisLink extends Connection {
  isConnected(): boolean;
  /** Of the process at the other end; throws `Gone` while there is none. */
  incarnation(): string;
  call<T>(act: (redis: RedisProcess) => T): Promise<T>;
}

/** How soon an actor that still talks to a replaced Redis is led to the new one. */
const LEAVE_OLD = 0.05;
const RECONNECT = 0.6;

export function createRedisLink(world: World, actor: Actor): RedisLink {
  const { random } = world;
  let process: RedisProcess | undefined;

  function connect(): RedisProcess {
    const old = world.oldRedis.at(-1);
    return old && random.chance(0.3) ? old : world.redis;
  }

  return {
    drift() {
      if (process && !process.isAlive) process = undefined;
      if (process && process !== world.redis && random.chance(LEAVE_OLD)) process = undefined;
      if (!process && random.chance(RECONNECT)) process = connect();
    },
    cut: () => void (process = undefined),
    isConnected: () => process !== undefined,
    incarnation() {
      if (!process) throw gone("Reach Redis: not connected");
      return process.runId;
    },
    call<T>(act: (redis: RedisProcess) => T): Promise<T> {
      const asked = process;
      return actor.call(() => {
        if (!asked || asked !== process || !asked.isAlive) throw gone("Reach Redis: connection lost");
        asked.data.expireTickets(redisTimeMs(world, asked));
        return lossy(world, { store: "Redis", act: () => act(asked), cut: () => process = undefined });
      });
    },
  };
}

export interface PostgresLink {
  /** Every connection of the pool has ended since this was last asked. */
  wasCut(): boolean;
  call<T>(act: (ledger: SimulatedLedger) => T | typeof BLOCKED, session?: Session): Promise<T>;
}

export function createPostgresLink(world: World, actor: Actor): PostgresLink {
  const { postgres } = world;
  let generation = postgres.generation;
  return {
    wasCut() {
      const cut = generation !== postgres.generation;
      generation = postgres.generation;
      return cut;
    },
    call(act, session) {
      const asked = postgres.generation;
      return actor.call(() => {
        if (!postgres.isUp || asked !== postgres.generation || session?.isAlive === false) {
          throw gone("Reach Postgres: connection lost");
        }
        return lossy(world, {
          store: "Postgres",
          act: () => act(postgres.ledger),
          cut: () => session && endSession(world, session),
        });
      });
    },
  };
}

export interface KafkaLink {
  call<T>(act: () => T): Promise<T>;
}

export function createKafkaLink(world: World, actor: Actor): KafkaLink {
  return {
    call: (act) =>
      actor.call(() => {
        if (!world.kafka.isUp) throw gone("Reach Kafka: refused");
        return lossy(world, { store: "Kafka", act });
      }),
  };
}

/** The connection is gone: what its transaction wrote never was, and its locks are free. */
export function endSession({ postgres }: World, session: Session): void {
  session.isAlive = false;
  session.writes = [];
  postgres.sessions.delete(session);
  if (postgres.guardLock === session) postgres.guardLock = undefined;
  if (postgres.shardLock === session) postgres.shardLock = undefined;
}

function lossy<T>(
  world: World,
  { store, act, cut = () => {} }: { store: string; act: () => T | typeof BLOCKED; cut?: () => void },
): T | typeof BLOCKED {
  const { random, callLoss } = world;
  const fate = callLoss > 0 ? random.next() : 1;
  if (fate < callLoss / 2) {
    world.count(`call to ${store} lost`);
    cut();
    throw gone(`Reach ${store}: lost on the way there`);
  }
  const value = act();
  if (value === BLOCKED || fate >= callLoss) return value;
  world.count(`answer of ${store} lost`);
  if (random.chance(0.7)) cut();
  throw gone(`Reach ${store}: lost on the way back`);
}
