/** The outbox relay, put together: moves votes from Redis to Kafka. Needs both. */
import { kafkaAccess } from "../../shared/kafka/access.ts";
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import type { Program } from "../../shared/lifecycle/run_program.ts";
import { createScrapeRead } from "../../shared/metrics/scrape_read.ts";
import { exportStoreStates } from "../../shared/metrics/store_metrics.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createReadOutboxScript } from "../../shared/redis/outbox_script.ts";
import { parseRelayConfig, relaySettings } from "./config.ts";
import { createLease } from "./lease.ts";
import { measureLease, measureProducer } from "./measured_relay.ts";
import { createRelayMetrics } from "./metrics.ts";
import { createRelayStep } from "./relay_step.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
import { traceProducer } from "./traced_producer.ts";
import { createVoteProducer } from "./vote_producer.ts";

const SHARD = 0;

/** Everything that touches a store: what a composition root may put something of its own in the place of. */
const PARTS = { createRedisClient, createKafkaClient, createRedisOutbox, createVoteProducer };
export type RelayParts = typeof PARTS;

export function createRelayProgram(replaced: Partial<RelayParts> = {}): Program<typeof relaySettings> {
  const parts = { ...PARTS, ...replaced };
  return {
    name: "outbox_relay",
    settings: relaySettings,
    parse: parseRelayConfig,
    start({ config, log, registry, shutdown }) {
      const { kafkaTopic: topic, kafkaReplicas: replicas } = config;
      const redis = parts.createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
      shutdown.add("redis", () => redis.close());
      const kafka = parts.createKafkaClient({ ...kafkaAccess(config), clientId: "cast-outbox-relay", log });
      const producer = parts.createVoteProducer(kafka, { topic, replicas, log });
      shutdown.add("producer", () => producer.close());
      const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
      const waiting = { what: "Read how many votes wait", log };
      const readOutbox = createScrapeRead(createReadOutboxScript(redis, keys), waiting);
      const metrics = createRelayMetrics(registry, { readOutbox });
      const stores = { redis: redis.isConnected, kafka: producer.isReady };
      exportStoreStates(registry, { program: "outbox_relay", stores });
      const lease = createLease(redis, { keys, holder: crypto.randomUUID(), log });
      shutdown.add("lease", () => lease.release());
      const { signal } = shutdown;
      const relay = createRelayStep({
        outbox: parts.createRedisOutbox(redis, keys),
        lease: measureLease(lease, metrics),
        producer: measureProducer(traceProducer(producer, topic), metrics),
        signal,
        log,
      });
      const step = () => redis.whenConnected(signal).then(relay);
      const loop = runLoop({ name: "relay", signal, log, step });
      loop.catch((error) => shutdown.fail("relay", error));
      shutdown.add("relay", () => loop);
      return [{ name: "redis", isReady: redis.isConnected }, { name: "kafka", isReady: producer.isReady }];
    },
  };
}
