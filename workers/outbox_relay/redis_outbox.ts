/** The outbox stream in Redis. No consumer group: reading the head and trimming needs no bookkeeping to crash out of. */
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import type { Outbox } from "./relay.ts";

export function createRedisOutbox({ redis }: RedisClient, keys: ShardKeys): Outbox {
  return {
    async head(countMax) {
      const entries = await redis.xrange(keys.outbox, "-", "+", "COUNT", countMax);
      return entries.map(([id, fields]) => ({ id, vote: field(fields, "vote"), at: field(fields, "at") }));
    },
    async trimThrough(id) {
      const [epoch, version] = id.split("-");
      await redis.xtrim(keys.outbox, "MINID", "=", `${epoch}-${BigInt(version ?? 0) + 1n}`);
    },
  };
}

function field(fields: readonly string[], name: string): string {
  const index = fields.findIndex((candidate, position) => position % 2 === 0 && candidate === name);
  return (index < 0 ? undefined : fields[index + 1]) ?? "";
}
