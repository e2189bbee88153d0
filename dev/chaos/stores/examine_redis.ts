/**
 * What a Redis that will not come back held: its data is loaded by a throw-away process over a copy.
 */
import { join } from "node:path";
import type { EmbeddedContext } from "../../stack/embedded.ts";
import { prepareRedis } from "../../stack/embedded_redis.ts";
import { launch } from "../../stack/embedded_stores.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import { type ShardAddress, shardKeys } from "../../../shared/redis/keys.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import { copyRedisData } from "./redis_copy.ts";
import { askRedis } from "./redis_session.ts";

const PAGE_ENTRIES = 1_000;

export interface DeadRedis {
  /** In their order; `vote` is the vote's JSON. */
  readonly outbox: readonly OutboxEntry[];
  /** `last-generated-id` of the outbox; undefined when it never had one. */
  readonly lastId: string | undefined;
  /** epoch, incarnation, newest_opens_at; undefined when the shard had none. */
  readonly meta: Readonly<Record<string, string>> | undefined;
  readonly tally: Readonly<Record<string, number>>;
}

export interface OutboxEntry {
  readonly id: string;
  readonly vote: string;
}

export interface ExamineOptions {
  context: EmbeddedContext;
  redisServer: string;
  /** Of the throw-away process and its folder. */
  name: string;
  shard: ShardAddress;
}

export async function examineRedis(folder: string, options: ExamineOptions): Promise<DeadRedis> {
  const { context, redisServer, name, shard } = options;
  const copy = join(context.runFolder, name);
  await copyRedisData(folder, copy);
  try {
    const { server, ports: [port = 0] } = await launch("redis", {
      prepare: () => prepareRedis(context, { redisServer, name }),
      report: () => {},
      signal: context.signal,
    });
    try {
      return await askRedis(port, (client) => readShard(client, shard));
    } finally {
      await server.kill();
    }
  } finally {
    await removeIfThere(copy);
  }
}

async function readShard({ redis }: RedisClient, shard: ShardAddress): Promise<DeadRedis> {
  const keys = shardKeys(shard);
  const meta = await redis.hgetall(keys.meta);
  const scores = await redis.zrange(keys.tally, 0, "-1", "WITHSCORES");
  const tally: Record<string, number> = {};
  for (let index = 0; index + 1 < scores.length; index += 2) {
    tally[scores[index] ?? ""] = Number(scores[index + 1]);
  }
  const hasOutbox = await redis.exists(keys.outbox) === 1;
  return {
    outbox: hasOutbox ? await readOutbox(redis, keys.outbox) : [],
    lastId: hasOutbox ? await readLastId(redis, keys.outbox) : undefined,
    meta: Object.keys(meta).length > 0 ? meta : undefined,
    tally,
  };
}

async function readOutbox(redis: RedisClient["redis"], key: string): Promise<OutboxEntry[]> {
  const entries: OutboxEntry[] = [];
  for (let from = "-";;) {
    const page = await redis.xrange(key, from, "+", "COUNT", PAGE_ENTRIES);
    for (const [id, fields] of page) {
      const at = fields.indexOf("vote");
      const vote = at >= 0 && at % 2 === 0 ? fields[at + 1] : undefined;
      if (vote === undefined) throw new Error(`Read the outbox of a dead Redis: entry ${id} has no vote`);
      entries.push({ id, vote });
    }
    const last = page.at(-1)?.[0];
    if (last === undefined || page.length < PAGE_ENTRIES) return entries;
    from = `(${last}`;
  }
}

async function readLastId(redis: RedisClient["redis"], key: string): Promise<string> {
  const stream = await redis.xinfo("STREAM", key) as unknown[];
  return String(stream[stream.indexOf("last-generated-id") + 1]);
}
