/** kafkajs with CAST's settings: bounded retries, and its log lines through ours. */
import { Kafka, type LogEntry, logLevel } from "kafkajs";
import type { Logger } from "../log/logger.ts";

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
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

export function createKafkaClient({ brokers, clientId, log }: KafkaClientOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
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
