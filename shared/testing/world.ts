/**
 * A world of its own for each integration test: a random Redis prefix, Kafka topic and Postgres schema on the shared
 * real stores, gone when the test ends. Use it as `await using world = await createWorld()`.
 */
import type { Kafka } from "kafkajs";
import { createKafkaClient } from "../kafka/client.ts";
import { deadLetterTopic, ensureTopics } from "../kafka/topics.ts";
import { migrate } from "../postgres/migrate.ts";
import { createPostgresPool, type PostgresPool } from "../postgres/pool.ts";
import { createRedisClient, type RedisClient } from "../redis/client.ts";
import { type ShardKeys, shardKeys } from "../redis/keys.ts";
import { createGuardScripts } from "../redis/shard_scripts.ts";
import { createSilentLogger, type SilentLogger } from "./silent_logger.ts";
import { type StoreAddresses, storeAddresses } from "./stores.ts";
import { waitFor } from "./wait_for.ts";

export interface World extends AsyncDisposable {
  /** Shared by nobody else: `t` and 12 hex digits; the prefix, the topic's last part and the schema. */
  readonly name: string;
  readonly topic: string;
  readonly addresses: StoreAddresses;
  readonly log: SilentLogger;
  readonly keys: ShardKeys;
  readonly redis: RedisClient;
  /** `CAST_*` settings that point a program at this world. */
  environment(): Record<string, string>;
  /** Opens shard 0 under an epoch, as the guard does; for tests that run no guard. */
  openShard(epoch: number): Promise<void>;
  /** A pool on this world's schema, migrated. */
  postgres(): Promise<PostgresPool>;
  /** A client of Kafka with this world's topics made. */
  kafka(): Promise<Kafka>;
  /** Runs when the world ends, newest first. */
  defer(act: () => Promise<unknown> | unknown): void;
}

/** On the stores that the environment names, unless told others. */
export async function createWorld(addresses: StoreAddresses = storeAddresses()): Promise<World> {
  const name = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
  const topic = `test.${name}`;
  const log = createSilentLogger();
  const deferred: (() => Promise<unknown> | unknown)[] = [];
  const redis = createRedisClient({ url: addresses.redisUrl, log, commandTimeoutMs: 10_000 });
  deferred.push(() => redis.close());
  deferred.push(() => removeKeys(redis, name));
  await redis.whenConnected(AbortSignal.timeout(10_000));
  const keys = shardKeys({ prefix: name, shard: 0 });

  return {
    name,
    topic,
    addresses,
    log,
    keys,
    redis,
    environment: () => ({
      CAST_REDIS_URL: addresses.redisUrl.href,
      CAST_KAFKA_BROKERS: addresses.kafkaBrokers.join(","),
      CAST_POSTGRES_URL: addresses.postgresUrl.href,
      CAST_REDIS_PREFIX: name,
      CAST_KAFKA_TOPIC: topic,
      CAST_POSTGRES_SCHEMA: name,
    }),
    async openShard(epoch) {
      const guard = createGuardScripts(redis, keys);
      const claimId = crypto.randomUUID();
      await guard.claim(claimId);
      await guard.open({ incarnation: redis.incarnation(), claimId, epoch, restored: false });
    },
    async postgres() {
      const pool = createPostgresPool({ url: addresses.postgresUrl, schema: name, connectionsMax: 4, log });
      deferred.push(async () => {
        await pool.query(`drop schema if exists "${name}" cascade`);
        await pool.end();
      });
      await migrate(pool, { schema: name, log });
      return pool;
    },
    async kafka() {
      const kafka = createKafkaClient({ brokers: addresses.kafkaBrokers, clientId: name, log });
      const admin = kafka.admin();
      await admin.connect();
      deferred.push(() => admin.disconnect());
      await ensureTopics(admin, { topic, replicas: 1 });
      deferred.push(() => admin.deleteTopics({ topics: [topic, deadLetterTopic(topic)] }));
      // A busy broker names a leader before that leader answers: a test must not meet the moment in between.
      const answers = (name: string) => admin.fetchTopicOffsets(name).then(() => true, () => false);
      await waitFor(async () => await answers(topic) && await answers(deadLetterTopic(topic)), {
        what: "the topics' leaders",
      });
      return kafka;
    },
    defer: (act) => void deferred.push(act),
    [Symbol.asyncDispose]: () => runAll(deferred.reverse()),
  };
}

/** Runs each, whatever the one before came to. */
async function runAll(acts: readonly (() => Promise<unknown> | unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const act of acts) {
    try {
      await act();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    throw new AggregateError(errors, `Take down the world of a test: ${errors.join("; ")}`);
  }
}

async function removeKeys({ redis, whenConnected }: RedisClient, prefix: string): Promise<void> {
  // The test may have restarted Redis a moment ago.
  await whenConnected(AbortSignal.timeout(10_000));
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1000 })) {
    if ((keys as string[]).length > 0) await redis.unlink(...keys as string[]);
  }
}
