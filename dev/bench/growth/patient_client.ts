/** A client that allows for what takes Redis seconds: reading a million totals on a busy machine. */
import { createRedisClient, type RedisClient } from "../../../shared/redis/client.ts";
import type { World } from "../../../shared/testing/world.ts";

const COMMAND_TIMEOUT_MS = 120_000;

/** Closed with the world, which also takes away what its prefix names in that database. */
export async function openPatientClient(world: World, { database = 0 } = {}): Promise<RedisClient> {
  const url = new URL(`/${database}`, world.addresses.redisUrl);
  const client = createRedisClient({ url, log: world.log, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  await client.whenConnected(AbortSignal.timeout(10_000));
  world.defer(() => client.close());
  world.defer(async () => {
    for await (const keys of client.redis.scanStream({ match: `${world.name}:*`, count: 5000 })) {
      if ((keys as string[]).length > 0) await client.redis.unlink(...keys as string[]);
    }
  });
  return client;
}
