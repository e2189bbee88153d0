/**
 * Stores one batch whatever it holds: votes into the ledger, what can never be stored into the dead letters.
 *
 * Promise: the offset moves past a record only in the statement that stores it, or after Kafka has acknowledged its
 * dead letter. A crash at any point repeats work and loses none.
 */
import type { Logger } from "../../shared/log/logger.ts";
import type { PersisterMetrics } from "./metrics.ts";
import type { PartitionAddress } from "./store_votes.ts";
import { type BatchVote, bisect, type MalformedRecord, type VoteBatch } from "./vote_batch.ts";
import type { VoteStore } from "./vote_store.ts";

export interface PersistBatchOptions {
  readonly store: VoteStore;
  /** Resolves when Kafka has acknowledged the dead letters. */
  readonly bury: (address: PartitionAddress, records: readonly MalformedRecord[]) => Promise<void>;
  readonly metrics: PersisterMetrics;
  readonly log: Logger;
}

export type PersistOutcome =
  | { readonly kind: "stored"; readonly insertedCount: number }
  /** Postgres has stored less than the batch's beginning: read again from there. */
  | { readonly kind: "behind" };

/** Each round either ends, or has stored what was contested; more rounds mean that something else is wrong. */
const ROUNDS_MAX = 10;

export async function persistBatch(
  options: PersistBatchOptions,
  { address, batch }: { address: PartitionAddress; batch: VoteBatch },
): Promise<PersistOutcome> {
  if (batch.malformed.length > 0) await options.bury(address, batch.malformed);
  try {
    return await storeAll(options, { address, batch });
  } catch (error) {
    if (!isRefusedForItsContent(error)) throw error;
    if (batch.votes.length > 1) return await storeHalves(options, { address, batch });
    const [refused] = batch.votes;
    if (!refused) throw error;
    await options.bury(address, [refusedRecord(refused, error)]);
    return await storeAll(options, { address, batch: { ...batch, votes: [] } });
  }
}

async function storeHalves(
  options: PersistBatchOptions,
  { address, batch }: { address: PartitionAddress; batch: VoteBatch },
): Promise<PersistOutcome> {
  let insertedCount = 0;
  for (const half of bisect(batch)) {
    const outcome = await persistBatch(options, { address, batch: half });
    if (outcome.kind === "behind") return outcome;
    insertedCount += outcome.insertedCount;
  }
  return { kind: "stored", insertedCount };
}

/** The common case is one round: one statement. */
async function storeAll(
  { store, metrics, log }: PersistBatchOptions,
  { address, batch }: { address: PartitionAddress; batch: VoteBatch },
): Promise<PersistOutcome> {
  let insertedCount = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const outcome = await store.storeVotes({ address, batch });
    if (!outcome.gateOpen) return { kind: "behind" };
    insertedCount += outcome.insertedCount;
    metrics.stored(outcome.insertedCount);
    if (outcome.versionClashes.length > 0) {
      metrics.versionClashed(outcome.versionClashes.length);
      log.error("version_clashed", { versions: outcome.versionClashes });
    }
    if (outcome.contested.length === 0) return { kind: "stored", insertedCount };
    const contested = new Set(outcome.contested);
    for (const { vote } of batch.votes.filter(({ vote }) => contested.delete(vote.id))) {
      const { kind } = await store.storeContestedVote(vote);
      log.info("vote_contested", { voteId: vote.id, outcome: kind });
      if (kind !== "counted") continue;
      metrics.stored(1);
      insertedCount += 1;
    }
  }
  throw new Error(
    `Store a batch of partition ${address.partition}: votes still contested after ${ROUNDS_MAX} rounds`,
  );
}

/**
 * SQLSTATE class 22 (data exception), and the constraints that judge a row by itself: no retry can help. Everything
 * else is retried for ever, encodings (22021, 22P05) and uniqueness among it: those are the database's faults, and a
 * vote that was accepted must not be buried for them.
 */
const REFUSED_FOR_CONTENT = /^(22(?!021|P05)[0-9A-Z]{3}|23502|23514)$/;

function isRefusedForItsContent(error: unknown): boolean {
  return error instanceof Error && "code" in error && REFUSED_FOR_CONTENT.test(String(error.code));
}

function refusedRecord({ record }: BatchVote, error: unknown): MalformedRecord {
  return {
    record,
    reason: "refused_by_postgres",
    detail: error instanceof Error ? error.message : String(error),
  };
}
