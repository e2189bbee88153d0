/**
 * The outbox stream in Redis. No consumer group: reading the head and trimming needs no bookkeeping to crash out of.
 *
 * It reads on in the Redis process whose head it has read, and trims that one and no other: a process that took its
 * place, or beside which it goes on, may hold votes of an older epoch that nobody has read, and a trim by id would take
 * them with it.
 */
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import type { OutboxEntry } from "../../shared/vote/record.ts";
import type { Outbox } from "./relay.ts";

export function createRedisOutbox(client: RedisClient, keys: ShardKeys): Outbox {
  const { redis } = client;
  let readFrom: string | undefined;

  async function read(start: string, countMax: number): Promise<OutboxEntry[]> {
    const entries = await redis.xrange(keys.outbox, start, "+", "COUNT", countMax);
    return entries.map(([id, fields]) => ({ id, vote: field(fields, "vote"), at: field(fields, "at") }));
  }

  /** Asked right before a command is handed over: without queue and resends it goes out on this connection or on none. */
  function mustBeTheOneRead(action: string): void {
    if (client.incarnation() === readFrom) return;
    throw new Error(`${action}: another Redis has taken the place of the one that was read`);
  }

  return {
    async head(countMax) {
      readFrom = client.incarnation();
      return await read("-", countMax);
    },
    async after(id, countMax) {
      mustBeTheOneRead(`Read the outbox after ${id}`);
      return await read(`(${id}`, countMax);
    },
    async trimThrough(id) {
      mustBeTheOneRead(`Trim the outbox through ${id}`);
      const [epoch, version] = id.split("-");
      await redis.xtrim(keys.outbox, "MINID", "=", `${epoch}-${BigInt(version ?? 0) + 1n}`);
    },
  };
}

function field(fields: readonly string[], name: string): string {
  const index = fields.findIndex((candidate, position) => position % 2 === 0 && candidate === name);
  return (index < 0 ? undefined : fields[index + 1]) ?? "";
}
