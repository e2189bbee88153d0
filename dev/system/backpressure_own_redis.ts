/** A Redis for one test alone, configured as every other: for faults that would be everybody's. */
import { join } from "node:path";
import { createRedisClient } from "../../shared/redis/client.ts";
import type { World } from "../../shared/testing/world.ts";
import { createCheckout } from "../stack/checkout.ts";
import { prepareRedis } from "../stack/embedded_redis.ts";
import { createPortClaims } from "../stack/port_claims.ts";

/** The binary that was fetched for the embedded stores, or one of the system; undefined where there is none. */
export async function findRedis(): Promise<string | undefined> {
  const { fetched } = createCheckout();
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  try {
    for await (const { name } of Deno.readDir(fetched)) folders.unshift(join(fetched, name));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const folder of folders) {
    const path = join(folder, "redis-server");
    const found = await Deno.stat(path).catch(() => undefined);
    if (found?.isFile) return path;
  }
  return undefined;
}

/** The same world with a Redis of its own, which goes with it. */
export async function withOwnRedis(shared: World, redisServer: string): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "cast-redis-" });
  shared.defer(() => Deno.remove(folder, { recursive: true }));
  const { address, server } = await prepareRedis({
    runFolder: folder,
    logFolder: folder,
    pidFolder: folder,
    environment: { LC_ALL: "C", TZ: "UTC" },
    ports: createPortClaims({ checkout: createCheckout(), keepData: false }),
    report: () => {},
  }, { redisServer });
  await server.start();
  shared.defer(() => server.stop());
  const url = new URL(address);
  const redis = createRedisClient({ url, log: shared.log, commandTimeoutMs: 10_000 });
  shared.defer(() => redis.close());
  await redis.whenConnected(AbortSignal.timeout(10_000));
  return {
    ...shared,
    addresses: { ...shared.addresses, redisUrl: url },
    redis,
    environment: () => ({ ...shared.environment(), CAST_REDIS_URL: url.href }),
  };
}
