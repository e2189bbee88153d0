/** kafkajs with CAST's settings: bounded retries, TLS and login where wanted, and its log lines through ours. */
import { Kafka, type LogEntry, logLevel, type SASLOptions } from "kafkajs";
import type { Logger } from "../log/logger.ts";
import { trust } from "../tls/trust.ts";

export interface KafkaAccess {
  readonly brokers: readonly string[];
  /** Present: over TLS, and servers are trusted by the certificates of this file, or by the system's. */
  readonly tls?: { readonly caFile: string | undefined };
  readonly login?: {
    readonly mechanism: "scram-sha-256" | "scram-sha-512" | "plain";
    readonly username: string;
    readonly password: string;
  };
}

export interface KafkaClientOptions extends KafkaAccess {
  /** Shown in Kafka's own logs. */
  readonly clientId: string;
  readonly log: Logger;
}

/**
 * No call of kafkajs is waited for longer than this. Its own timeouts and retries end well before; one that never
 * returned would stop a worker without a word.
 */
export const KAFKA_CALL_MS_MAX = 30_000;

const CONNECTION_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 10_000;

export function createKafkaClient({ brokers, tls, login, clientId, log }: KafkaClientOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls ? { ssl: trust(tls.caFile) } : {}),
    // The type pairs each mechanism with its options, which are the same for all three.
    ...(login ? { sasl: login as SASLOptions } : {}),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Few: the loops above retry for ever, throw a failed producer away and say what happened.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => report(log, entry),
  });
}

/** What kafkajs calls an error it mostly gets over; what it does not, the loops say as warnings of their own. */
function report(log: Logger, { namespace, level, log: line }: LogEntry): void {
  const { message, error } = line;
  const fields = { kafka: namespace, message, ...(error === undefined ? {} : { cause: error }) };
  log[level === logLevel.ERROR ? "info" : "debug"]("kafka_reported", fields);
}
