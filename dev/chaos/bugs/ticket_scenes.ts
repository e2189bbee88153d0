/** Faults around tickets in the order that brings their bugs out. */
import type { Arena } from "../run/arena.ts";
import { anyOf, certain, type Fault } from "../faults/fault.ts";
import { areStopped } from "../faults/process_state.ts";

const OPENED_MS_MAX = 20_000;
const UNGUARDED_MS = 2500;
/** A mint that comes so much later finds a ticket that has been used. */
const LATE_MS = 300;
const SLOW_MS = 6000;

export const restartRedis: Fault = {
  name: "restart_redis",
  about: "",
  async inject({ stores, untilSeen, killRedis }: Arena) {
    const opened = untilSeen("shard_kept", OPENED_MS_MAX);
    await killRedis();
    await stores.redis.start();
    await opened;
    return anyOf("shard_kept");
  },
};

/** Redis comes back while nobody is there who could open it. */
export const restartRedisUnguarded: Fault = {
  name: "restart_redis_unguarded",
  about: "",
  async inject({ stores, fleet, killRedis, wait }: Arena) {
    const persisters = fleet.named("vote_persister");
    for (const persister of persisters) persister.pause();
    try {
      await killRedis();
      await stores.redis.start();
      await wait(UNGUARDED_MS);
    } finally {
      for (const persister of persisters) persister.resume();
    }
    return anyOf("shard_kept", "shard_restored");
  },
};

/** The only rotator left is late: the ticket that it mints once more with the next one has been used meanwhile. */
export const slowRotator: Fault = {
  name: "slow_rotator",
  about: "",
  async inject({ stores, fleet, wait }: Arena) {
    const [asleep, late] = fleet.named("ticket_rotator");
    const proxy = stores.proxyFor("redis", late?.id ?? "");
    const before = proxy.counters().delayedBytes;
    asleep?.pause();
    proxy.delay(LATE_MS);
    try {
      await wait(SLOW_MS);
      const isAsleep = asleep !== undefined && await areStopped([asleep.pid()]);
      return certain(isAsleep && proxy.counters().delayedBytes > before);
    } finally {
      proxy.delay(0);
      asleep?.resume();
    }
  },
};
