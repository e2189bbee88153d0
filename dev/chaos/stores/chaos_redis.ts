/**
 * The Redis of the fault runner. Every process that takes the place of another has a folder of its own, so what a dead one
 * held stays as it was and can be examined.
 */
import { join } from "node:path";
import type { ShardAddress } from "../../../shared/redis/keys.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import type { ChaosProxy } from "./chaos_proxy.ts";
import type { ChaosRun } from "./chaos_run.ts";
import { type ChaosStore, createChaosStore } from "./chaos_store.ts";
import { type DeadRedis, examineRedis } from "./examine_redis.ts";
import { type RedisCopy, takeRedisCopy } from "./redis_copy.ts";
import { beginRedisLife, learnIncarnation, type RedisLife } from "./redis_life.ts";
import { orStoreDown } from "./store_down.ts";

export type GraveCause = "wiped" | "replaced_by_copy" | "ended_beside";

/** The data folder of a Redis that will not come back. */
export interface RedisGrave {
  readonly folder: string;
  readonly diedAtMs: number;
  readonly cause: GraveCause;
  /** `run_id` of the last process that ran over it. */
  readonly incarnation: string;
}

export interface ChaosRedis extends ChaosStore {
  /** Kills Redis and starts an empty one at the same port; what it held can be examined. */
  wipe(): Promise<RedisGrave>;
  /** A consistent copy of what the running Redis holds. */
  copy(): Promise<RedisCopy>;
  /** Kills Redis and starts another process over the copy at the same port. */
  replaceByCopy(copy: RedisCopy): Promise<RedisGrave>;
  /**
   * Starts another Redis at another port, over the copy given or one made now, and sends new connections to it. The old
   * one goes on serving the connections that it has, until `killOld`. From here on the new one is what `kill`, `copy` and
   * the rest mean.
   */
  serveBeside(copy?: RedisCopy): Promise<void>;
  /** Kills the one that `serveBeside` left; undefined when there is none. */
  killOld(): Promise<RedisGrave | undefined>;
  /** What a grave, or a copy, holds of one shard. */
  examine(dead: { readonly folder: string }, shard: ShardAddress): Promise<DeadRedis>;
  /** Oldest first. */
  graves(): readonly RedisGrave[];
  /** `run_id` of the process that was started last. */
  incarnation(): string;
  /** Of the present process itself, past every proxy. */
  address(): string;
  /** Ends every process. */
  end(): Promise<void>;
}

export async function createChaosRedis(run: ChaosRun, proxy: ChaosProxy): Promise<ChaosRedis> {
  const context = run.contexts.redis;
  const { redisServer } = await run.fetchJars();
  const graves: RedisGrave[] = [];
  let folderCount = 0;
  const nextName = (kind: string) => `redis-${kind}-${folderCount += 1}`;
  const begin = async (from: { copy?: RedisCopy | undefined; port?: number }) => {
    const life = await beginRedisLife(run, { ...from, redisServer, name: nextName("life") });
    proxy.retarget(life.port);
    return life;
  };
  let present = await begin({});
  let old: RedisLife | undefined;

  async function bury(life: RedisLife, cause: GraveCause): Promise<RedisGrave> {
    if (life.server.pid() !== undefined) await life.server.kill();
    const { folder, incarnation } = life;
    const grave = { folder, incarnation, cause, diedAtMs: Date.now() };
    graves.push(grave);
    return grave;
  }

  async function replace(cause: GraveCause, copy?: RedisCopy): Promise<RedisGrave> {
    const grave = await bury(present, cause);
    const { port } = present;
    present = await orStoreDown("Start another Redis", () => begin({ copy, port }));
    return grave;
  }

  const copy = () => takeRedisCopy(present, join(context.runFolder, nextName("copy")));
  const killOld = async () => {
    const grave = old && await bury(old, "ended_beside");
    old = undefined;
    return grave;
  };
  const store = createChaosStore(() => present.server);
  return {
    ...store,
    async start() {
      await store.start();
      await learnIncarnation(present);
    },
    wipe: () => replace("wiped"),
    copy,
    replaceByCopy: (copy) => replace("replaced_by_copy", copy),
    async serveBeside(given) {
      await killOld();
      const own = given ? undefined : await copy();
      const beside = await begin({ copy: given ?? own });
      [old, present] = [present, beside];
      if (own) await removeIfThere(own.folder);
    },
    killOld,
    examine: ({ folder }, shard) =>
      examineRedis(folder, { context, redisServer, name: nextName("examined"), shard }),
    graves: () => graves,
    incarnation: () => present.incarnation,
    address: () => present.address,
    end: async () => void await Promise.all([present.server.kill(), old?.server.kill()]),
  };
}
