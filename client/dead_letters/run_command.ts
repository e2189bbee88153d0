/** Runs one command on Kafka and Postgres, and closes what it opened. Returns the exit code. */
import { kafkaAccess } from "../../shared/kafka/access.ts";
import { createKafkaClient } from "../../shared/kafka/client.ts";
import type { Logger } from "../../shared/log/logger.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import type { Command } from "./arguments.ts";
import type { DeadLettersConfig } from "./config.ts";
import { openDeadLetters } from "./dead_letter_source.ts";
import { listLetters } from "./list.ts";
import { replayLetters } from "./replay.ts";
import { createReplayProducer } from "./replay_producer.ts";
import { showLetter } from "./show.ts";

export interface CommandContext {
  readonly config: DeadLettersConfig;
  readonly write: (line: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export type StoreCommand = Exclude<Command, { kind: "help" }>;

/** Throws when a store does not do its part. */
export async function runCommand(
  command: StoreCommand,
  { config, write, log, signal }: CommandContext,
): Promise<0 | 1> {
  const { kafkaTopic: topic, postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema } = config;
  const kafka = createKafkaClient({ ...kafkaAccess(config), clientId: "cast-dead-letters", log });
  const pool = createPostgresPool({ url, caFile, schema, connectionsMax: 1, log });
  const producer = createReplayProducer(kafka, topic);
  try {
    const source = await openDeadLetters(kafka, { topic, signal, log });
    switch (command.kind) {
      case "list":
        await listLetters({ ...command, source, pool, write });
        return 0;
      case "show":
        await showLetter({ ...command, source, write });
        return 0;
      case "replay":
        return await replayLetters({ ...command, source, pool, producer, topic, write }) ? 0 : 1;
      default:
        throw new Error(`Run ${command satisfies never}: wanted a known command`);
    }
  } finally {
    await producer.close();
    await pool.end();
  }
}
