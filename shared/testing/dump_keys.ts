/** Everything that Redis holds under a prefix, to the last field and expiry: what a refusal must leave as it was. */
import type { RedisClient } from "../redis/client.ts";

export interface DumpedKey {
  readonly type: string;
  /** Sorted where Redis keeps no order, so that equal states give equal dumps. */
  readonly value: unknown;
  /** Redis time in ms, -1 for never. */
  readonly expiresAt: number;
}

export async function dumpKeys({ redis }: RedisClient, prefix: string): Promise<Record<string, DumpedKey>> {
  const names = (await redis.keys(`${prefix}:*`)).sort();
  const entries = names.map(async (name): Promise<[string, DumpedKey]> => {
    const [type, expiresAt] = await Promise.all([redis.type(name), redis.pexpiretime(name)]);
    return [name, { type, value: await readValue({ redis, name, type }), expiresAt }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readValue(
  { redis, name, type }: { redis: RedisClient["redis"]; name: string; type: string },
): Promise<unknown> {
  switch (type) {
    case "string":
      return await redis.get(name);
    case "hash":
      return Object.entries(await redis.hgetall(name)).sort(([one], [other]) => one < other ? -1 : 1);
    case "set":
      return (await redis.smembers(name)).sort();
    case "zset":
      return await redis.zrange(name, 0, "-1", "WITHSCORES");
    case "stream": {
      const about = await redis.xinfo("STREAM", name) as unknown[];
      return {
        entries: await redis.xrange(name, "-", "+"),
        lastId: about[about.indexOf("last-generated-id") + 1],
      };
    }
    default:
      throw new Error(`Dump key "${name}": no reader for type "${type}"`);
  }
}
