/** Composition root of the vote persister: Kafka to Postgres, and the guard of the shard. Needs both, and Redis. */
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { parsePersisterConfig, persisterSettings } from "./config.ts";
import { createVoteConsumer } from "./consumer.ts";
import { PARTITIONS_AT_ONCE } from "./consumer_life.ts";
import { createDeadLetters } from "./dead_letters.ts";
import { drain } from "./guard/drain.ts";
import { createGuard } from "./guard/guard.ts";

const SHARD = 0;
/** The batches stored side by side, the guard's own, and one to look at offsets. */
const CONNECTIONS_MAX = PARTITIONS_AT_ONCE + 2;

await runProgram({
  name: "vote_persister",
  settings: persisterSettings,
  parse: parsePersisterConfig,
  start({ config, log, shutdown }) {
    const { signal } = shutdown;
    const { kafkaTopic: topic, kafkaReplicas: replicas, postgresSchema: schema, requestLifeMs } = config;
    const redis = createRedisClient({ url: config.redisUrl, log });
    shutdown.add("redis", () => redis.close());
    const pool = createPostgresPool({
      url: config.postgresUrl,
      schema,
      connectionsMax: CONNECTIONS_MAX,
      log,
    });
    shutdown.add("postgres", () => pool.end());
    const kafka = createKafkaClient({ brokers: config.kafkaBrokers, clientId: "cast-vote-persister", log });
    const deadLetters = createDeadLetters(kafka, log);
    shutdown.add("dead_letters", () => deadLetters.close());

    const guard = createGuard({
      shard: SHARD,
      schema,
      pool,
      redis,
      keys: shardKeys({ prefix: config.redisPrefix, shard: SHARD }),
      drain: (client) => drain({ client, createAdmin: () => kafka.admin(), topic, signal, log }),
      log,
    });
    shutdown.add("guard", () => guard.close());
    const consumer = createVoteConsumer({
      kafka,
      topic,
      replicas,
      pool,
      requestLifeMs,
      bury: deadLetters.bury,
      log,
    });

    let migrated = false;
    const migrateOnce = async () => {
      if (!migrated) await migrate(pool, { schema, log });
      migrated = true;
    };
    const loops = [
      runLoop({ name: "guard", signal, log, step: () => migrateOnce().then(guard.step) }),
      runLoop({
        name: "consumer",
        signal,
        log,
        step: () => migrateOnce().then(() => consumer.run(signal)).then(() => 0),
      }),
    ];
    for (const loop of loops) loop.catch((error) => shutdown.fail("loop", error));
    shutdown.add("loops", async () => void await Promise.allSettled(loops));
    // Not Redis: votes are stored while it is away, and whether it can be opened is what the API's callers see.
    return [
      { name: "kafka", isReady: consumer.isReady },
      { name: "postgres", isReady: guard.hasLedger },
    ];
  },
});
