/** Batches of fresh votes for the persister's own statement, all of one size: its cost is compared batch with batch. */
import { v7 as uuid } from "uuid";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { EPOCH } from "../../../shared/testing/votes.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import type { PartitionAddress } from "../../../workers/vote_persister/store_votes.ts";
import { batchOf, createLedger } from "../../../workers/vote_persister/testing/ledger.ts";
import { createVoteStore, type VoteStore } from "../../../workers/vote_persister/vote_store.ts";
import type { VoteBatch } from "../../../workers/vote_persister/vote_batch.ts";
import { median } from "../../../client/load/median.ts";

/** The figures name it. Not the most that the persister stores at once: they would change with that bound. */
export const BATCH_VOTES = 1000;

export interface BatchContents {
  readonly namesOf: (index: number) => readonly string[];
  /** None by default. */
  readonly requestIdOf?: (index: number) => string;
  /** `BATCH_VOTES` by default. */
  readonly votes?: number;
}

export interface VoteBatches {
  readonly pool: PostgresPool;
  readonly store: VoteStore;
  readonly address: PartitionAddress;
  /** The next batch: its offsets and versions follow those of the one before. */
  next(contents: BatchContents): VoteBatch;
  /** Stores so many batches; the median, so that a checkpoint in one of them decides nothing. */
  medianMs(batches: number, contents: BatchContents): Promise<number>;
}

const REQUEST_LIFE_MS = 120_000;

/** An open shard in the world's schema. Versions begin above those that are there already. */
export async function openBatches(world: World, { firstVersion = 0 } = {}): Promise<VoteBatches> {
  const { pool, address } = await createLedger(world);
  const store = createVoteStore(pool, { requestLifeMs: REQUEST_LIFE_MS });
  let version = firstVersion;
  let offset = 0n;
  const next = ({ namesOf, requestIdOf, votes: count = BATCH_VOTES }: BatchContents): VoteBatch => {
    const votes = Array.from({ length: count }, (_, index): StoredVote => {
      const names = namesOf(index);
      return {
        v: 1,
        id: uuid(),
        shard: 0,
        names,
        counts: names.map(() => 1),
        ...(requestIdOf ? { requestId: requestIdOf(index) } : {}),
        epoch: EPOCH,
        version: version++,
        at: Date.now(),
      };
    });
    const batch = batchOf(votes, { firstOffset: offset });
    offset = batch.nextOffset;
    return batch;
  };
  return {
    pool,
    store,
    address,
    next,
    async medianMs(batches, contents) {
      const tookMs: number[] = [];
      for (let each = 0; each < batches; each++) {
        const batch = next(contents);
        const begun = performance.now();
        const { insertedCount } = await store.storeVotes({ address, batch });
        tookMs.push(performance.now() - begun);
        if (insertedCount !== batch.votes.length) {
          throw new Error(`Store a batch: wanted ${batch.votes.length} votes stored, got ${insertedCount}`);
        }
      }
      return median(tookMs);
    },
  };
}
