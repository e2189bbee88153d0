/** The vote persister, put together: Kafka to Postgres, and the guard of the shard. Needs both, and Redis. */
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import type { Program } from "../../shared/lifecycle/run_program.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createGuardScripts } from "../../shared/redis/shard_scripts.ts";
import { parsePersisterConfig, persisterSettings } from "./config.ts";
import { createVoteConsumer } from "./consumer.ts";
import { PARTITIONS_AT_ONCE } from "./consumer_life.ts";
import { createDeadLetters } from "./dead_letters.ts";
import { drain } from "./guard/drain.ts";
import { createGuard } from "./guard/guard.ts";
import { createGuardLock } from "./guard/lock.ts";
import { createGuardMetrics } from "./guard/metrics.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { createVoteStore } from "./vote_store.ts";

const SHARD = 0;
/** The batches stored side by side, the guard's own, and one to look at offsets. */
const CONNECTIONS_MAX = PARTITIONS_AT_ONCE + 2;

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
  return {
    name: "vote_persister",
    settings: persisterSettings,
    parse: parsePersisterConfig,
    start({ config, log, registry, shutdown }) {
      const { signal } = shutdown;
      const { kafkaTopic: topic, kafkaReplicas: replicas, postgresSchema: schema, requestLifeMs } = config;
      const redis = parts.createRedisClient({ url: config.redisUrl, log });
      shutdown.add("redis", () => redis.close());
      const { postgresUrl: url } = config;
      const pool = parts.createPostgresPool({ url, schema, connectionsMax: CONNECTIONS_MAX, log });
      shutdown.add("postgres", () => pool.end());
      const kafka = parts.createKafkaClient({
        brokers: config.kafkaBrokers,
        clientId: "cast-vote-persister",
        log,
      });
      const metrics = createPersisterMetrics(registry);
      const deadLetters = createDeadLetters(kafka, { metrics, log });
      shutdown.add("dead_letters", () => deadLetters.close());

      const guardMetrics = createGuardMetrics(registry);
      const drainOptions = { createAdmin: () => kafka.admin(), topic, signal, metrics: guardMetrics, log };
      const guard = createGuard({
        shard: SHARD,
        lock: parts.createGuardLock(pool, { shard: SHARD, schema }),
        scripts: parts.createGuardScripts(redis, shardKeys({ prefix: config.redisPrefix, shard: SHARD })),
        isRedisConnected: redis.isConnected,
        drain: (ledger) => drain({ ledger, ...drainOptions }),
        now: Date.now,
        metrics: guardMetrics,
        log,
      });
      shutdown.add("guard", () => guard.close());
      const store = parts.createVoteStore(pool, { requestLifeMs });
      const { bury } = deadLetters;
      const consumer = createVoteConsumer({ kafka, topic, replicas, pool, store, bury, metrics, log });

      let migrated = false;
      const migrateOnce = async () => {
        if (!migrated) await migrate(pool, { schema, log });
        migrated = true;
      };
      const consume = () => consumer.run(signal).then(() => 0);
      const loops = [
        runLoop({ name: "guard", signal, log, step: () => migrateOnce().then(guard.step) }),
        runLoop({ name: "consumer", signal, log, step: () => migrateOnce().then(consume) }),
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
