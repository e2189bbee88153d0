/** One short conversation with a Redis process, to which nothing else is sent. */
import { LOOPBACK } from "../../stack/ports.ts";
import { createRedisClient, type RedisClient } from "../../../shared/redis/client.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";

/** A machine that is busy with a fault takes its time. */
const CONNECT_DEADLINE_MS = 30_000;
const COMMAND_TIMEOUT_MS = 30_000;

export async function askRedis<Answer>(
  port: number,
  ask: (client: RedisClient) => Answer | Promise<Answer>,
): Promise<Answer> {
  const url = new URL(`redis://${LOOPBACK}:${port}`);
  const client = createRedisClient({ url, log: createSilentLogger(), commandTimeoutMs: COMMAND_TIMEOUT_MS });
  try {
    await client.whenConnected(AbortSignal.timeout(CONNECT_DEADLINE_MS)).catch((cause) => {
      throw new Error(`Reach Redis at port ${port}: not connected after ${CONNECT_DEADLINE_MS} ms`, {
        cause,
      });
    });
    return await ask(client);
  } finally {
    await client.close();
  }
}
