/**
 * A connection to Redis on which nothing is ever repeated behind our back.
 *
 * ioredis by itself queues commands while it is offline and sends unanswered ones again after a reconnect: a vote whose
 * connection was cut after the script ran would be counted twice. So: no offline queue, no resend, no retries, and a
 * timeout, without which an unanswered command would never settle. What was not sent fails with `NotConnectedError`;
 * any other failure without a reply means that nobody knows.
 *
 * Every connection learns the `run_id` of the process behind it, its incarnation, before it is used: a restarted or
 * promoted Redis is thereby another one from its first moment.
 */
import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../log/logger.ts";
import { trust } from "../tls/trust.ts";

/** The command was not sent: it surely did not run. */
export class NotConnectedError extends Error {
  override readonly name = "NotConnectedError";
}

export interface RedisClient {
  readonly redis: Redis;
  /** `run_id` of the Redis process at the other end. Throws `NotConnectedError` while there is none. */
  incarnation(): string;
  isConnected(): boolean;
  /** Resolves when commands may be sent, rejects with the signal's reason. */
  whenConnected(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing of the connection is left. */
  close(): Promise<void>;
}

export interface RedisClientOptions {
  /** `rediss:` is over TLS: chain, dates and name of the server's certificate are checked. */
  readonly url: URL;
  /** Certificates, PEM, that a server at `rediss:` is trusted by; absent: the system's. */
  readonly caFile?: string | undefined;
  readonly log: Logger;
  /** How long a command may take before its outcome counts as unknown. */
  readonly commandTimeoutMs?: number;
}

/** A safety net for a connection that hangs; one that is cut is noticed at once. Long enough for a burst to be worked off. */
const COMMAND_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 2000;
const RECONNECT_MS_MAX = 500;
/** How long Redis may take to close its end; what is unanswered by then was given up anyway. */
const DISCONNECT_MS_MAX = 100;

export function createRedisClient(
  { url, caFile, log, commandTimeoutMs = COMMAND_TIMEOUT_MS }: RedisClientOptions,
): RedisClient {
  const redis = new Redis(connectionOptions({ url, caFile, commandTimeoutMs }));
  const waiting = new Set<() => void>();
  let runId: string | undefined;
  let closed = false;
  let failing = false;

  redis.on("ready", () => {
    // Only the latest connection's answer counts: "close" of an older one rejects its pending commands first.
    readRunId(redis).then((id) => {
      runId = id;
      failing = false;
      log.info("redis_connected", { incarnation: id });
      for (const resolve of waiting) resolve();
      waiting.clear();
    }).catch((error) => {
      log.warn("redis_incarnation_unread", { error });
      if (!closed) redis.disconnect(true);
    });
  });
  redis.on("close", () => {
    if (runId !== undefined && !closed) log.warn("redis_disconnected");
    runId = undefined;
  });
  redis.on("error", (error) => {
    // Once an outage where an operator sees it, a wrong password for one; every further attempt for who looks closer.
    log[failing ? "debug" : "warn"]("redis_connection_failed", { error });
    failing = true;
  });

  const isConnected = () => runId !== undefined && redis.status === "ready";
  return {
    redis,
    isConnected,
    incarnation() {
      if (runId === undefined || redis.status !== "ready") {
        throw new NotConnectedError("Reach Redis: not connected");
      }
      return runId;
    },
    whenConnected(signal) {
      if (isConnected()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const abort = () => {
          waiting.delete(done);
          reject(signal.reason);
        };
        const done = () => {
          signal.removeEventListener("abort", abort);
          resolve();
        };
        signal.addEventListener("abort", abort, { once: true });
        waiting.add(done);
      });
    },
    async close() {
      closed = true;
      if (redis.status === "end") return;
      const ended = Promise.withResolvers<void>();
      redis.once("end", ended.resolve);
      // Between two attempts there is no socket whose end could be told: only ioredis's timer for it runs out.
      if (redis.status === "reconnecting") setTimeout(ended.resolve, DISCONNECT_MS_MAX + 1);
      redis.disconnect();
      await ended.promise;
    },
  };
}

function connectionOptions(
  { url, caFile, commandTimeoutMs }: { url: URL; caFile: string | undefined; commandTimeoutMs: number },
) {
  const database = url.pathname.slice(1);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 6379),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(database ? { db: Number(database) } : {}),
    ...(url.protocol === "rediss:" ? { tls: trust(caFile) } : {}),
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS_MAX,
    disableClientInfo: true,
    // Quick at first, since votes are refused meanwhile; jittered, since every copy of the API comes back at once.
    retryStrategy: (attempt: number) =>
      Math.min(20 * 2 ** Math.min(attempt, 8), RECONNECT_MS_MAX) * (0.5 + Math.random() / 2),
  } satisfies RedisOptions;
}

async function readRunId(redis: Redis): Promise<string> {
  const id = /^run_id:([0-9a-f]{40})\r?$/m.exec(await redis.info("server"))?.[1];
  if (id === undefined) throw new Error("Read run_id from INFO server: it is not there");
  return id;
}
