/** What a fault has in its hands: the stores, the programs, the history, and ways to wait for what it brings about. */
import type { Kafka } from "kafkajs";
import { setTimeout as timeout } from "node:timers/promises";
import { createKafkaClient } from "../../../shared/kafka/client.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { ChaosStores } from "../stores/chaos_stores.ts";
import type { RedisCopy } from "../stores/redis_copy.ts";
import type { Fleet } from "./fleet.ts";
import { kafkaLag } from "./kafka_lag.ts";
import { withRedis } from "./redis_direct.ts";
import type { Sightings } from "./sightings.ts";
import type { WatchedHistory } from "./watched_history.ts";

export interface Arena {
  readonly stores: ChaosStores;
  readonly fleet: Fleet;
  readonly sightings: Sightings;
  readonly history: WatchedHistory;
  /** Straight to Postgres, no proxy in between. */
  readonly pool: PostgresPool;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Throws when the run ends meanwhile. */
  wait(ms: number): Promise<void>;
  /** Whether it is seen from now on, in time. Call it before what brings it about. */
  untilSeen(label: string, withinMs?: number): Promise<boolean>;
  note(note: string, detail?: unknown): void;
  /** A client with no proxy in between. */
  kafka(): Kafka;
  /** Votes in Kafka that nobody has stored. */
  lag(): Promise<number>;
  /** SIGKILL; `startRedis` brings it back over its disk. */
  killRedis(): Promise<void>;
  wipeRedis(): Promise<void>;
  replaceRedis(copy: RedisCopy): Promise<void>;
  /** The present Redis goes on serving its connections, beside another over the copy; ended by `endOldRedis`. */
  serveBeside(copy: RedisCopy): Promise<void>;
  /** Kills the one that `serveBeside` left; does nothing when there is none. */
  endOldRedis(): Promise<void>;
  /** The highest id that the outbox of the Redis at this address ever had; undefined without one. */
  lastOutboxId(redisUrl: string): Promise<string | undefined>;
}

export interface ArenaParts {
  readonly stores: ChaosStores;
  readonly fleet: Fleet;
  readonly sightings: Sightings;
  readonly history: WatchedHistory;
  readonly pool: PostgresPool;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly outboxKey: string;
}

const LOOK_MS = 50;
const SEEN_MS_MAX = 15_000;

export function createArena(parts: ArenaParts): Arena {
  const { stores, sightings, history, pool, topic, signal, log } = parts;
  const wait = async (ms: number) => void await timeout(ms, undefined, { signal });
  const kafka = () =>
    createKafkaClient({ brokers: [stores.direct.kafkaBrokers], clientId: "cast-chaos", log });
  const lag = () => kafkaLag(kafka(), { pool, topic });

  /** Written when the process is gone and before another is there: no ticket of its successor can be older. */
  async function killRedis(): Promise<void> {
    await stores.redis.kill();
    history.event({ event: "redis_gone" });
  }
  async function forget(act: () => Promise<unknown>): Promise<void> {
    const sinceT = history.nowT();
    await killRedis();
    try {
      await act();
    } finally {
      history.event({ event: "redis_forgot", sinceT });
    }
  }
  let besideSinceT: number | undefined;

  return {
    ...parts,
    wait,
    kafka,
    lag,
    note: (note, detail) =>
      history.event({ event: "noted", note, ...(detail === undefined ? {} : { detail }) }),
    async untilSeen(label, withinMs = SEEN_MS_MAX) {
      const mark = sightings.mark();
      const deadline = performance.now() + withinMs;
      while (!sightings.since(mark)[label]) {
        if (performance.now() > deadline || signal.aborted) return false;
        await timeout(LOOK_MS);
      }
      return true;
    },
    killRedis,
    wipeRedis: () => forget(() => stores.redis.wipe()),
    replaceRedis: (copy) => forget(() => stores.redis.replaceByCopy(copy)),
    async serveBeside(copy) {
      besideSinceT = history.nowT();
      await stores.redis.serveBeside(copy);
    },
    async endOldRedis() {
      if (besideSinceT === undefined) return;
      const sinceT = besideSinceT;
      besideSinceT = undefined;
      await stores.redis.killOld();
      history.event({ event: "redis_forgot", sinceT });
    },
    lastOutboxId: (redisUrl) =>
      withRedis(redisUrl, async (redis) => {
        if (await redis.exists(parts.outboxKey) === 0) return undefined;
        const stream = await redis.xinfo("STREAM", parts.outboxKey) as unknown[];
        return String(stream[stream.indexOf("last-generated-id") + 1]);
      }),
  };
}
