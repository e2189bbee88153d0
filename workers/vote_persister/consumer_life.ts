/**
 * One life of the consumer, from joining the group to its end.
 *
 * On every assignment, and whenever a connection to Postgres is new, each partition is compared with `consumed` and
 * read again from there where Postgres holds less: it then came back from a backup. Should a batch slip through in
 * between, the statement itself refuses it.
 */
import type { Admin, Consumer, EachBatchPayload } from "kafkajs";
import { backoffMs } from "../../shared/lifecycle/backoff.ts";
import { pause } from "../../shared/lifecycle/pause.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { consumeBatch } from "./consume_batch.ts";
import { watchConsumerLag } from "./consumer_lag.ts";
import type { PersistBatchOptions } from "./persist_batch.ts";
import { RecordsForgottenError } from "./offsets.ts";
import { createPositions } from "./positions.ts";

/**
 * Partitions whose batches are stored side by side, each over a connection of its own: one is read and decoded while the
 * other is being stored. More would wait for each other's names in `votes`.
 */
export const PARTITIONS_AT_ONCE = 2;
/** A consumer that is alive sends a heartbeat every few seconds, while it waits for Postgres too. */
const SILENCE_MS_MAX = 60_000;
const SILENCE_LOOK_MS = 5000;

export interface ConsumerLifeOptions extends PersistBatchOptions {
  readonly signal: AbortSignal;
  readonly consumer: Consumer;
  readonly admin: Admin;
  readonly clusterId: string;
  readonly topic: string;
  /** Where offsets live; each new connection may lead to a Postgres that came back from a backup. */
  readonly pool: PostgresPool;
  /** Partitions are ours, and will be read from where Postgres is. */
  readonly onAssigned: () => void;
  /** The group is being divided anew. */
  readonly onUnassigned: () => void;
}

export interface ConsumerLife {
  start(): Promise<void>;
  /** Resolves when the signal aborts, rejects when the consumer crashed or fell silent. */
  readonly ended: Promise<void>;
  /** Lets go of what was set up, however the life ended, started or not; resolves when nothing of it is under way. */
  leave(): Promise<void>;
}

export function createConsumerLife(options: ConsumerLifeOptions): ConsumerLife {
  const { consumer, topic, signal, log, pool, onAssigned, onUnassigned } = options;
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  // It may crash while it still starts, before anybody waits for the end.
  ended.catch(() => {});
  const positions = createPositions(options);
  const over = new AbortController();
  let assigned: readonly number[] = [];

  function onJoined(partitions: readonly number[]): void {
    assigned = partitions;
    positions.stored.clear();
    log.info("partitions_assigned", { partitions });
    seekUntilDone({ always: true }).then(onAssigned, reject);
  }
  const onReconnected = () => void seekUntilDone({ always: false }).catch(reject);
  function seekUntilDone({ always }: { always: boolean }): Promise<void> {
    const partitions = assigned;
    const isWanted = () => !over.signal.aborted && partitions === assigned;
    const seek = () => positions.seekToStored(partitions, { always });
    return untilDone(seek, { isWanted, signal: over.signal, log });
  }

  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => onJoined(payload.memberAssignment[topic] ?? []));
  consumer.on(consumer.events.REBALANCING, onUnassigned);
  watchConsumerLag(consumer, options);
  pool.on("connect", onReconnected);
  const end = () => resolve();
  signal.addEventListener("abort", end, { once: true });
  const stopListening = onSilence(consumer, reject);

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    try {
      const seekToStored = (partitions: readonly number[]) =>
        positions.seekToStored(partitions, { always: true });
      await consumeBatch({ ...options, stored: positions.stored, seekToStored }, payload);
    } catch (error) {
      // kafkajs would retry it in a hurry; the loop around this life does so with patience.
      if (error instanceof RecordsForgottenError) reject(error);
      throw error;
    }
  }

  return {
    ended,
    leave() {
      over.abort();
      stopListening();
      signal.removeEventListener("abort", end);
      pool.off("connect", onReconnected);
      return positions.whenQuiet();
    },
    async start() {
      await consumer.connect();
      // Where there is no committed offset: the default, the end, would skip every vote made before the first start.
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch,
      });
    },
  };
}

/** Calls back when no heartbeat was sent for too long. Returns what ends the watch. */
function onSilence(consumer: Consumer, report: (error: Error) => void): () => void {
  let heardAt = performance.now();
  const ended = consumer.on(consumer.events.HEARTBEAT, () => void (heardAt = performance.now()));
  const timer = setInterval(() => {
    if (performance.now() - heardAt <= SILENCE_MS_MAX) return;
    report(new Error(`Hear the consumer's heartbeat: silent for ${SILENCE_MS_MAX} ms`));
  }, SILENCE_LOOK_MS);
  return () => {
    clearInterval(timer);
    ended();
  };
}

/** Postgres may be away: to leave the group for that would only make the others divide it anew. */
async function untilDone(
  act: () => Promise<void>,
  { isWanted, signal, log }: { isWanted: () => boolean; signal: AbortSignal; log: Logger },
): Promise<void> {
  for (let failures = 1; isWanted(); failures++) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof RecordsForgottenError) {
        log.error("records_forgotten", { error });
        throw error;
      }
      const waitMs = backoffMs(failures, Math.random());
      log.warn("seek_failed", { error, failures, retryInMs: Math.round(waitMs) });
      await pause(waitMs, signal);
    }
  }
}
