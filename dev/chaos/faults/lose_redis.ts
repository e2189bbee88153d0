/** Redis comes back with another memory: none, that of a while ago, or while the old one still serves. */
import { removeIfThere } from "../../stack/fetch_once.ts";
import type { Arena } from "../run/arena.ts";
import type { Random } from "../run/random.ts";
import { anyOf, both, certain, type Fault } from "./fault.ts";

const RESTORED = anyOf("shard_restored");

const wipe: Fault = {
  name: "wipe_redis",
  about: "Redis loses its disk",
  async inject({ wipeRedis }) {
    await wipeRedis();
    return RESTORED;
  },
};

const replace: Fault = {
  name: "stale_redis",
  about: "Redis is replaced by a copy of a few seconds ago",
  async inject({ stores, wait, replaceRedis }, random) {
    const copy = await stores.redis.copy();
    try {
      await wait(random.between(1500, 5000));
      await replaceRedis(copy);
    } finally {
      await removeIfThere(copy.folder);
    }
    return RESTORED;
  },
};

const beside: Fault = {
  name: "redis_beside",
  about: "an old Redis goes on serving some programs beside the copy that serves the others",
  async inject(arena, random) {
    const { stores, wait, serveBeside, endOldRedis, lastOutboxId } = arena;
    const oldUrl = stores.direct.redisUrl;
    const copy = await stores.redis.copy();
    let [moved, hasServed] = [0, false];
    try {
      if (random.next() < 0.5) await wait(random.between(500, 3000));
      await serveBeside(copy);
      moved = moveSome(arena, random);
      const before = await lastOutboxId(oldUrl);
      await wait(random.between(2000, 6000));
      // The old one took votes of its own, which the other has never had.
      hasServed = await lastOutboxId(oldUrl) !== before;
    } finally {
      await endOldRedis();
      await removeIfThere(copy.folder);
    }
    return both(anyOf("shard_restored", "shard_kept"), certain(moved > 0 && hasServed));
  },
};

/** Cuts one of each, so that it goes to the new one; the guards go together or apart, as it comes. */
function moveSome({ stores, fleet }: Arena, random: Random): number {
  const guards = random.next() < 0.5 ? fleet.named("vote_persister") : [];
  const others = (["api", "ticket_rotator", "outbox_relay", "vote_persister"] as const)
    .map((name) => random.pick(fleet.named(name)));
  const ids = new Set([...guards, ...others].map(({ id }) => id));
  let moved = 0;
  for (const id of ids) {
    const proxy = stores.proxyFor("redis", id);
    const before = proxy.counters().cut;
    proxy.cut();
    proxy.restore();
    moved += proxy.counters().cut - before;
  }
  return moved;
}

export const LOSE_REDIS_FAULTS: readonly Fault[] = [wipe, replace, beside];
