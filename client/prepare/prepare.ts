/**
 * Makes what the programs find: tables in Postgres, what each role may do with them, topics in Kafka. Every step may be
 * repeated, and does nothing where its work is done, so a job that was cut is simply run again.
 */
import { createKafkaClient, KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { kafkaAccess } from "../../shared/kafka/access.ts";
import { ensureTopics } from "../../shared/kafka/topics.ts";
import { backoffMs } from "../../shared/lifecycle/backoff.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import { FatalError } from "../../shared/lifecycle/loop.ts";
import { pause } from "../../shared/lifecycle/pause.ts";
import type { Logger } from "../../shared/log/logger.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { applyRoles } from "../../shared/postgres/roles.ts";
import { reasonOf } from "../terminal.ts";
import type { PrepareCommand } from "./arguments.ts";
import type { PrepareConfig } from "./config.ts";

export interface PrepareContext {
  readonly config: PrepareConfig;
  readonly write: (line: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Throws with the last reason where a store has not done its part in time. */
export async function prepare(command: PrepareCommand, context: PrepareContext): Promise<void> {
  const deadline = performance.now() + command.waitMs;
  await untilDone("Prepare Postgres", { ...context, deadline, act: () => preparePostgres(command, context) });
  await untilDone("Prepare Kafka", { ...context, deadline, act: () => prepareKafka(context) });
}

async function preparePostgres(
  { roles }: PrepareCommand,
  { config, write, log }: PrepareContext,
): Promise<void> {
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema } = config;
  const pool = createPostgresPool({ url, caFile, schema, connectionsMax: 1, log });
  try {
    await migrate(pool, { schema, log });
    write(`Postgres has the tables in schema "${schema}"`);
    if (!roles) return;
    await applyRoles(pool, { log });
    write("Postgres has the roles");
  } finally {
    await pool.end();
  }
}

async function prepareKafka({ config, write, log }: PrepareContext): Promise<void> {
  const { kafkaTopic: topic, kafkaReplicas: replicas } = config;
  const admin = createKafkaClient({ ...kafkaAccess(config), clientId: "cast-prepare", log }).admin();
  try {
    const make = () => admin.connect().then(() => ensureTopics(admin, { topic, replicas }));
    await withinDeadline(make, { ms: KAFKA_CALL_MS_MAX, what: "Make the topics" });
    write(`Kafka has the topic "${topic}" and that of its dead letters`);
  } finally {
    await admin.disconnect();
  }
}

interface Step extends PrepareContext {
  /** By the monotonic clock, ms. */
  readonly deadline: number;
  readonly act: () => Promise<void>;
}

/** A store that was started together with us may need its time: every failure but a final one is tried again. */
async function untilDone(what: string, { act, deadline, signal, log }: Step): Promise<void> {
  for (let failures = 1;; failures++) {
    try {
      return await act();
    } catch (error) {
      const waitMs = backoffMs(failures, Math.random());
      const isLast = error instanceof FatalError || performance.now() + waitMs > deadline;
      if (isLast || signal.aborted) throw new Error(`${what}: ${reasonOf(error)}`, { cause: error });
      log.info("store_awaited", { action: what, error });
      await pause(waitMs, signal);
    }
  }
}
