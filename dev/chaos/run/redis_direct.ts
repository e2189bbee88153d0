/** One question to Redis itself, no proxy in between, on a connection of its own: another process may sit there tomorrow. */
import { Redis } from "ioredis";

const ASK_MS_MAX = 10_000;

export async function withRedis<T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: ASK_MS_MAX,
    connectTimeout: ASK_MS_MAX,
  });
  // Told by the command that fails.
  redis.on("error", () => {});
  try {
    await redis.connect();
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}
