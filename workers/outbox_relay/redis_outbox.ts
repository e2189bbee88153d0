/**
 * The outbox stream in Redis. No consumer group: reading the head and trimming needs no bookkeeping to crash out of.
 *
 * It trims the Redis process that it has read from, and no other: a process that took its place, or beside which it goes
 * on, may hold votes of an older epoch that nobody has read, and a trim by id would take them with it.
 */
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import type { Outbox } from "./relay.ts";

export function createRedisOutbox(client: RedisClient, keys: ShardKeys): Outbox {
  const { redis } = client;
  let readFrom: string | undefined;
  return {
    async head(countMax) {
      // Asked right before the command is handed over: without queue and resends it goes out on this connection or on none.
      readFrom = client.incarnation();
      const entries = await redis.xrange(keys.outbox, "-", "+", "COUNT", countMax);
      return entries.map(([id, fields]) => ({ id, vote: field(fields, "vote"), at: field(fields, "at") }));
    },
    async trimThrough(id) {
      if (client.incarnation() !== readFrom) {
        throw new Error(
          `Trim the outbox through ${id}: another Redis has taken the place of the one that was read`,
        );
      }
      const [epoch, version] = id.split("-");
      await redis.xtrim(keys.outbox, "MINID", "=", `${epoch}-${BigInt(version ?? 0) + 1n}`);
    },
  };
}

function field(fields: readonly string[], name: string): string {
  const index = fields.findIndex((candidate, position) => position % 2 === 0 && candidate === name);
  return (index < 0 ? undefined : fields[index + 1]) ?? "";
}
