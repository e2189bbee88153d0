/** The ledger as the persister's logic sees it: one statement a batch, and a second look at what is contested. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { type ContestedOutcome, storeContestedVote } from "./contested_vote.ts";
import { type PartitionAddress, type StoreOutcome, storeVotes } from "./store_votes.ts";
import type { VoteBatch } from "./vote_batch.ts";

export interface VoteStore {
  storeVotes(stored: { address: PartitionAddress; batch: VoteBatch }): Promise<StoreOutcome>;
  storeContestedVote(vote: StoredVote): Promise<ContestedOutcome>;
}

export function createVoteStore(
  pool: PostgresPool,
  { requestLifeMs }: { requestLifeMs: number },
): VoteStore {
  return {
    storeVotes: (stored) => storeVotes(pool, stored),
    storeContestedVote: (vote) => storeContestedVote(pool, { vote, requestLifeMs }),
  };
}
