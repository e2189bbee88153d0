/** What must hold between the settings that say how Redis is reached. */
import type { Check } from "../config/parse.ts";

export interface RedisAccessConfig {
  readonly redisUrl: URL;
  readonly redisCaFile: string | undefined;
}

export const redisAccessChecks: readonly Check<RedisAccessConfig>[] = [
  // Who gives certificates wants them checked, and would never notice that they are not.
  ({ redisUrl, redisCaFile }) =>
    redisCaFile !== undefined && redisUrl.protocol !== "rediss:"
      ? "Set CAST_REDIS_URL to rediss://…: CAST_REDIS_CA_FILE is given, and redis:// is not over TLS"
      : undefined,
];
