/** Composition root of the outbox relay: moves votes from Redis to Kafka. Needs both. */
import { createKafkaClient } from "../../shared/kafka/client.ts";
import { runLoop } from "../../shared/lifecycle/loop.ts";
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { createRedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { parseRelayConfig, relaySettings } from "./config.ts";
import { createLease } from "./lease.ts";
import { createRelayStep } from "./relay_step.ts";
import { createRedisOutbox } from "./redis_outbox.ts";
import { createVoteProducer } from "./vote_producer.ts";

const SHARD = 0;

await runProgram({
  name: "outbox_relay",
  settings: relaySettings,
  parse: parseRelayConfig,
  start({ config, log, shutdown }) {
    const redis = createRedisClient({ url: config.redisUrl, log });
    shutdown.add("redis", () => redis.close());
    const kafka = createKafkaClient({ brokers: config.kafkaBrokers, clientId: "cast-outbox-relay", log });
    const producer = createVoteProducer(kafka, {
      topic: config.kafkaTopic,
      replicas: config.kafkaReplicas,
      log,
    });
    shutdown.add("producer", () => producer.close());
    const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
    const lease = createLease(redis, { keys, holder: crypto.randomUUID(), log });
    shutdown.add("lease", () => lease.release());
    const relay = createRelayStep({ outbox: createRedisOutbox(redis, keys), lease, producer, log });
    const step = () => redis.whenConnected(shutdown.signal).then(relay);
    const loop = runLoop({ name: "relay", signal: shutdown.signal, log, step });
    loop.catch((error) => shutdown.fail("relay", error));
    shutdown.add("relay", () => loop);
    return [{ name: "redis", isReady: redis.isConnected }, { name: "kafka", isReady: producer.isReady }];
  },
});
