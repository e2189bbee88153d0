/**
 * One data folder of Redis and the processes that run over it, one after the other.
 */
import { join } from "node:path";
import { prepareRedis } from "../../stack/embedded_redis.ts";
import { launch } from "../../stack/embedded_stores.ts";
import type { StoreServer } from "../../stack/server.ts";
import type { ChaosRun } from "./chaos_run.ts";
import { copyRedisData, type RedisCopy } from "./redis_copy.ts";
import { askRedis } from "./redis_session.ts";

export interface RedisLife {
  readonly folder: string;
  readonly port: number;
  readonly address: string;
  readonly server: StoreServer;
  /** `run_id` of the process that was started last. */
  incarnation: string;
}

export interface BeginOptions {
  redisServer: string;
  /** Of the folder, which is new. */
  name: string;
  /** What it begins with; nothing when it is not given. */
  copy?: RedisCopy | undefined;
  /** A free one when it is not given. */
  port?: number | undefined;
}

export async function beginRedisLife(run: ChaosRun, options: BeginOptions): Promise<RedisLife> {
  const { redisServer, name, copy, port } = options;
  const context = run.contexts.redis;
  const folder = join(context.runFolder, name);
  if (copy) await copyRedisData(copy.folder, folder);
  const { address, server, ports } = await launch("redis", {
    prepare: () => prepareRedis(context, { redisServer, name, ...(port ? { port } : {}) }),
    report: run.report,
    signal: run.signal,
  });
  const life = { folder, address, server, port: ports[0] ?? 0, incarnation: "" };
  try {
    await learnIncarnation(life);
    return life;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

export async function learnIncarnation(life: RedisLife): Promise<void> {
  life.incarnation = await askRedis(life.port, (client) => client.incarnation());
}
