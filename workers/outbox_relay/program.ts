/** The outbox relay, put together: moves votes from Redis to Kafka. Needs both. */
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import type { Program } from "../../shared/lifecycle/run_program.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { parseRelayConfig, relaySettings } from "./config.ts";
import { createLease } from "./lease.ts";
import { createRelayStep } from "./relay_step.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
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
    start({ config, log, shutdown }) {
      const { kafkaBrokers: brokers, kafkaTopic: topic, kafkaReplicas: replicas } = config;
      const redis = parts.createRedisClient({ url: config.redisUrl, log });
      shutdown.add("redis", () => redis.close());
      const kafka = parts.createKafkaClient({ brokers, clientId: "cast-outbox-relay", log });
      const producer = parts.createVoteProducer(kafka, { topic, replicas, log });
      shutdown.add("producer", () => producer.close());
      const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
      const lease = createLease(redis, { keys, holder: crypto.randomUUID(), log });
      shutdown.add("lease", () => lease.release());
      const { signal } = shutdown;
      const relay = createRelayStep({
        outbox: parts.createRedisOutbox(redis, keys),
        lease,
        producer,
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
