/** What is done with one batch that kafkajs brings: store it chunk by chunk, for as long as the partition is ours. */
import type { Batch, Consumer, EachBatchPayload } from "kafkajs";
import { backoffMs } from "../../shared/lifecycle/backoff.ts";
import { pause } from "../../shared/lifecycle/pause.ts";
import { persistBatch, type PersistBatchOptions } from "./persist_batch.ts";
import type { PartitionAddress } from "./store_votes.ts";
import { readBatch } from "./vote_batch.ts";

/**
 * Rows of one statement at most; it takes what Kafka has brought, so a lone vote goes at once. The more rows, the less
 * often each name's total is written, and the longer the other partitions wait for that name.
 */
export const BATCH_ROWS_MAX = 2000;
/** Below a third of the session timeout, so that waiting for Postgres does not cost the partitions. */
const RETRY_MS_MAX = 2000;
/** Should Kafka have nothing between the ledger and the batch, the refusal comes again: not in a busy loop. */
const AHEAD_MS = 50;

export interface ConsumeBatchOptions extends PersistBatchOptions {
  readonly signal: AbortSignal;
  readonly clusterId: string;
  readonly consumer: Pick<Consumer, "commitOffsets">;
  /** Next offset after what this run has stored or found stored, by partition. */
  readonly stored: Map<number, bigint>;
  /** Reads on from where Postgres is. */
  readonly seekToStored: (partitions: readonly number[]) => Promise<void>;
}

export async function consumeBatch(options: ConsumeBatchOptions, payload: EachBatchPayload): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  const { clusterId, stored, signal, log } = options;
  const address = { clusterId, topic: batch.topic, partition: batch.partition };
  for (const messages of chunks(batch.messages)) {
    if (!isRunning() || isStale()) return;
    const chunk = readBatch(
      messages.map(({ offset, key, value, headers }) => ({ offset: BigInt(offset), key, value, headers })),
    );
    const outcome = await whileOurs(options, {
      payload,
      store: () => persistBatch(options, { address, batch: chunk }),
    });
    if (outcome === undefined) return;
    if (outcome.kind === "behind") {
      log.warn("batch_ahead_of_ledger", { partition: batch.partition, firstOffset: `${chunk.firstOffset}` });
      await pause(AHEAD_MS, signal);
      return await options.seekToStored([batch.partition]);
    }
    stored.set(batch.partition, chunk.nextOffset);
    resolveOffset(String(chunk.nextOffset - 1n));
    log.debug("batch_persisted", { partition: batch.partition, count: outcome.insertedCount });
    await heartbeat();
  }
  await commitForLagTools(options, address);
}

/** Tries for as long as the partition is ours; returns undefined when it is not any more. */
async function whileOurs<T>(
  { log, signal }: ConsumeBatchOptions,
  { payload, store }: { payload: EachBatchPayload; store: () => Promise<T> },
): Promise<T | undefined> {
  const { isRunning, isStale, heartbeat } = payload;
  for (let failures = 1; isRunning() && !isStale() && !signal.aborted; failures++) {
    try {
      return await store();
    } catch (error) {
      const waitMs = Math.min(backoffMs(failures, Math.random()), RETRY_MS_MAX);
      log.warn("batch_failed", { error, failures, retryInMs: Math.round(waitMs) });
      await pause(waitMs, signal);
      await heartbeat();
    }
  }
  return undefined;
}

async function commitForLagTools(
  { consumer, stored, log }: ConsumeBatchOptions,
  { topic, partition }: PartitionAddress,
): Promise<void> {
  const offset = stored.get(partition);
  if (offset === undefined) return;
  try {
    await consumer.commitOffsets([{ topic, partition, offset: String(offset) }]);
  } catch (error) {
    // Nothing rests on it.
    log.debug("offset_commit_failed", { error });
  }
}

function chunks(messages: Batch["messages"]): Batch["messages"][] {
  const result: Batch["messages"][] = [];
  for (let start = 0; start < messages.length; start += BATCH_ROWS_MAX) {
    result.push(messages.slice(start, start + BATCH_ROWS_MAX));
  }
  return result;
}
