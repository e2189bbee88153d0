/**
 * Puts votes into Kafka, acknowledged by every replica in sync.
 *
 * Not idempotent: kafkajs's idempotent producer acknowledges and drops a batch once an answer was lost with another
 * send in flight. A plain one writes such a batch twice, and the ledger's dedupe makes that harmless. After any error
 * the producer is thrown away, and the next send begins with a new one and with topics that surely are there.
 */
import { CompressionTypes, type Kafka, type Message, type Producer } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { ensureTopics } from "../../shared/kafka/topics.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { Logger } from "../../shared/log/logger.ts";
import { createRunPartitioner } from "./run_partitioner.ts";

export interface VoteProducer {
  /** Connects and makes the topics where needed. */
  prepare(): Promise<void>;
  /** Resolves when Kafka has acknowledged every message. */
  send(messages: readonly Message[]): Promise<void>;
  isReady(): boolean;
  close(): Promise<void>;
}

export interface VoteProducerOptions {
  readonly topic: string;
  readonly replicas: number;
  readonly log: Logger;
}

const ALL_IN_SYNC = -1;

export function createVoteProducer(
  kafka: Kafka,
  { topic, replicas, log }: VoteProducerOptions,
): VoteProducer {
  let producer: Producer | undefined;

  async function connected(): Promise<Producer> {
    return producer ??= await withinDeadline(connect, { ms: KAFKA_CALL_MS_MAX, what: "Connect to Kafka" });
  }

  async function connect(): Promise<Producer> {
    const admin = kafka.admin();
    try {
      await admin.connect();
      await ensureTopics(admin, { topic, replicas });
    } finally {
      await admin.disconnect();
    }
    const fresh = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      createPartitioner: createRunPartitioner(Math.floor(Math.random() * 1e6)),
    });
    await fresh.connect();
    log.info("producer_connected");
    return fresh;
  }

  return {
    isReady: () => producer !== undefined,
    prepare: async () => void await connected(),
    async send(messages) {
      const current = await connected();
      try {
        const batch = {
          topic,
          acks: ALL_IN_SYNC,
          compression: CompressionTypes.None,
          messages: [...messages],
        };
        await withinDeadline(() => current.send(batch), {
          ms: KAFKA_CALL_MS_MAX,
          what: "Send votes to Kafka",
        });
      } catch (error) {
        producer = undefined;
        current.disconnect().catch((cause) => log.debug("producer_disconnect_failed", { error: cause }));
        throw error;
      }
    },
    async close() {
      await producer?.disconnect();
      producer = undefined;
    },
  };
}
