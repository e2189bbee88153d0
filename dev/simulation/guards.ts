/** The guards: the project's own code over the simulated ports. */
import { createGuard } from "../../workers/vote_persister/guard/guard.ts";
import type { GuardLedger } from "../../workers/vote_persister/guard/ledger.ts";
import type { Actor, Life } from "./actor.ts";
import { describeBreak } from "./breaks.ts";
import { breakGuard } from "./broken_guard.ts";
import { createSimulatedLock, createSimulatedScripts } from "./guard_ports.ts";
import { createPostgresLink, createRedisLink, endSession, type RedisLink } from "./links.ts";
import { createLog, type Session, UNIT_MS, type World } from "./world.ts";

/** Looks of one wait for Kafka. */
const DRAIN_LOOKS_MAX = 30;

export function beginGuard(world: World, actor: Actor): Life & { redis: RedisLink } {
  const redis = createRedisLink(world, actor);
  const postgres = createPostgresLink(world, actor);
  // The machine's own: they end with the process, whatever the guard knew of them.
  const sessions = new Set<Session>();
  const seenOn = { runId: "" };
  // Each machine has a clock of its own.
  const clockErrorMs = chooseClockError(world);
  const ports = breakGuard(world.broken, {
    lock: createSimulatedLock(world, { postgres, sessions, name: actor.name, seenOn }),
    scripts: createSimulatedScripts(world, { link: redis, who: actor.name, seenOn }),
    now: () => world.nowMs + clockErrorMs,
  });
  const guard = createGuard({
    ...ports,
    shard: 0,
    isRedisConnected: redis.isConnected,
    drain: (ledger) => drain(world, ledger),
    candidates: world.candidates,
    metrics: {
      shardOpened: (kind) => world.count(`shard opened, ${kind}`),
      active() {},
      looked() {},
      toCarry() {},
      carried() {},
      drainBehind() {},
    },
    log: createLog(world, { who: actor.name }),
  });
  function end(): void {
    for (const session of sessions) endSession(world, session);
  }
  return { run: () => guard.step(), end, redis };
}

function chooseClockError({ random, broken }: World): number {
  const { clockAheadUnitsMax } = describeBreak(broken);
  if (clockAheadUnitsMax !== undefined) return random.int(0, clockAheadUnitsMax) * UNIT_MS;
  return random.chance(0.7) ? 0 : random.int(-20, 20) * UNIT_MS;
}

/** Keeps totals from dipping; safety does not need it, so it is now and then skipped. */
async function drain({ random, kafka, count }: World, ledger: GuardLedger): Promise<void> {
  if (random.chance(0.7)) return;
  count("drain waited for");
  const ends = kafka.partitions.map((records) => records.length);
  for (let look = 0; look < DRAIN_LOOKS_MAX; look++) {
    const stored = await ledger.readStored({ clusterId: "", topic: "" });
    const next = new Map(stored.map(({ partition, nextOffset }) => [partition, Number(nextOffset)]));
    if (ends.every((end, partition) => (next.get(partition) ?? 0) >= end)) return;
  }
}
