/** The vote persister, put together: Kafka to Postgres, and the guard of the shard. Needs both, and Redis. */
import type { Kafka } from "kafkajs";
import type { Registry } from "prom-client";
import { kafkaAccess } from "../../shared/kafka/access.ts";
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import type { Program } from "../../shared/lifecycle/run_program.ts";
import type { Logger } from "../../shared/log/logger.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createPostgresPool, type PostgresPool } from "../../shared/postgres/pool.ts";
import { exportStoreStates } from "../../shared/metrics/store_metrics.ts";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createTallyPages } from "../../shared/redis/page_script.ts";
import { createGuardScripts } from "../../shared/redis/shard_scripts.ts";
import { createStoredScripts } from "../../shared/redis/stored_scripts.ts";
import { parsePersisterConfig, type PersisterConfig, persisterSettings } from "./config.ts";
import { createVoteConsumer } from "./consumer.ts";
import { PARTITIONS_AT_ONCE } from "./consumer_life.ts";
import { createDeadLetters } from "./dead_letters.ts";
import { type Candidates, readCandidates } from "./guard/candidates.ts";
import { drain } from "./guard/drain.ts";
import { createDriftWatch, type DriftWatch } from "./guard/drift.ts";
import { createDriftLedger } from "./guard/drift_ledger.ts";
import { createDriftMetrics } from "./guard/drift_metrics.ts";
import { createGuard, type Guard } from "./guard/guard.ts";
import { createGuardLock } from "./guard/lock.ts";
import { createGuardMetrics } from "./guard/metrics.ts";
import { createStoredLedger } from "./guard/stored_ledger.ts";
import { createStoredPublisher, type StoredPublisher } from "./guard/stored_marks.ts";
import { measureStore } from "./measured_store.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { traceStore } from "./traced_store.ts";
import { createVoteStore } from "./vote_store.ts";

const SHARD = 0;
/**
 * The batches stored side by side, the guard's own, one to look at offsets, one to watch for drift, and one to see how far
 * votes are stored.
 */
const CONNECTIONS_MAX = PARTITIONS_AT_ONCE + 4;

/** Everything that touches a store: what a composition root may put something of its own in the place of. */
const PARTS = {
  createRedisClient,
  createPostgresPool,
  createKafkaClient,
  createGuardLock,
  createGuardScripts,
  createVoteStore,
};
export type PersisterParts = typeof PARTS;

export function createPersisterProgram(
  replaced: Partial<PersisterParts> = {},
): Program<typeof persisterSettings> {
  const parts = { ...PARTS, ...replaced };
  let candidates: Candidates | undefined;
  return {
    name: "vote_persister",
    settings: persisterSettings,
    parse(environment) {
      const result = parsePersisterConfig(environment);
      if (!result.ok || result.config.candidatesFile === undefined) return result;
      try {
        candidates = readCandidates(result.config.candidatesFile);
        return result;
      } catch (error) {
        return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
      }
    },
    start({ config, log, registry, shutdown }) {
      const { signal } = shutdown;
      const { kafkaTopic: topic, kafkaReplicas: replicas, postgresSchema: schema, requestLifeMs } = config;
      const redis = parts.createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
      shutdown.add("redis", () => redis.close());
      const { postgresUrl: url, postgresCaFile: caFile } = config;
      const pool = parts.createPostgresPool({ url, caFile, schema, connectionsMax: CONNECTIONS_MAX, log });
      shutdown.add("postgres", () => pool.end());
      const kafka = parts.createKafkaClient({
        ...kafkaAccess(config),
        clientId: "cast-vote-persister",
        log,
      });
      const metrics = createPersisterMetrics(registry);
      const deadLetters = createDeadLetters(kafka, { metrics, log });
      shutdown.add("dead_letters", () => deadLetters.close());

      const guarding = { redis, pool, kafka, config, candidates, registry, signal, log };
      const { guard, drift, storedPublisher } = createGuardAndWatches(parts, guarding);
      shutdown.add("guard", () => guard.close());
      const tracedStore = traceStore(parts.createVoteStore(pool, { requestLifeMs }));
      const store = measureStore(tracedStore, { metrics, now: Date.now });
      const { bury } = deadLetters;
      const consumer = createVoteConsumer({ kafka, topic, replicas, pool, store, bury, metrics, log });
      exportStoreStates(registry, {
        program: "vote_persister",
        stores: { redis: redis.isConnected, kafka: consumer.isReady, postgres: guard.hasLedger },
      });

      let migrated = false;
      const migrateOnce = async () => {
        if (!migrated) await migrate(pool, { schema, log });
        migrated = true;
      };
      const consume = () => consumer.run(signal).then(() => 0);
      const loops = [
        runLoop({ name: "guard", signal, log, step: () => migrateOnce().then(guard.step) }),
        runLoop({ name: "consumer", signal, log, step: () => migrateOnce().then(consume) }),
        runLoop({ name: "drift", signal, log, step: drift.step }),
        runLoop({ name: "stored_marks", signal, log, step: storedPublisher.step }),
      ];
      for (const loop of loops) loop.catch((error) => shutdown.fail("loop", error));
      shutdown.add("loops", async () => void await Promise.allSettled(loops));
      // Not Redis: votes are stored while it is away, and whether it can be opened is what the API's callers see.
      return [
        { name: "kafka", isReady: consumer.isReady },
        { name: "postgres", isReady: guard.hasLedger },
      ];
    },
  };
}

interface GuardDeps {
  readonly redis: RedisClient;
  readonly pool: PostgresPool;
  readonly kafka: Kafka;
  readonly config: PersisterConfig;
  readonly candidates: Candidates | undefined;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** The guard of the shard, and what it watches and tells beside that for as long as it is the active one. */
function createGuardAndWatches(
  { createGuardLock, createGuardScripts }: PersisterParts,
  { redis, pool, kafka, config, candidates, registry, signal, log }: GuardDeps,
): { guard: Guard; drift: DriftWatch; storedPublisher: StoredPublisher } {
  const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
  const metrics = createGuardMetrics(registry);
  const drainOptions = { createAdmin: () => kafka.admin(), topic: config.kafkaTopic, signal, metrics, log };
  const guard = createGuard({
    shard: SHARD,
    lock: createGuardLock(pool, { shard: SHARD, schema: config.postgresSchema }),
    scripts: createGuardScripts(redis, keys),
    isRedisConnected: redis.isConnected,
    drain: (ledger) => drain({ ledger, ...drainOptions }),
    now: Date.now,
    candidates,
    voterWindowMs: config.voterVotesMax > 0 ? config.voterWindowMs : undefined,
    metrics,
    log,
  });
  const drift = createDriftWatch({
    shard: SHARD,
    ledger: createDriftLedger(pool, { shard: SHARD }),
    tally: createTallyPages(redis, keys),
    isActive: guard.isActive,
    metrics: createDriftMetrics(registry),
    signal,
    log,
  });
  const storedPublisher = createStoredPublisher({
    shard: SHARD,
    ledger: createStoredLedger(pool, { shard: SHARD }),
    scripts: createStoredScripts(redis, keys),
    isActive: guard.isActive,
    nowMs: () => performance.now(),
    log,
  });
  return { guard, drift, storedPublisher };
}
