/** The ledger's one statement, with how long it takes and how old the votes are by then. */
import type { PersisterMetrics } from "./metrics.ts";
import type { VoteStore } from "./vote_store.ts";

export interface MeasuredStoreOptions {
  readonly metrics: Pick<PersisterMetrics, "statementDone" | "statementFailed" | "lagged">;
  /** This machine's clock, in ms. */
  readonly now: () => number;
}

export function measureStore(store: VoteStore, { metrics, now }: MeasuredStoreOptions): VoteStore {
  return {
    ...store,
    async storeVotes(asked) {
      const { votes } = asked.batch;
      const begunMs = performance.now();
      try {
        const outcome = await store.storeVotes(asked);
        if (votes.length > 0) {
          metrics.statementDone({ votes: votes.length, seconds: (performance.now() - begunMs) / 1000 });
        }
        // A batch that is refused, or that holds a contested vote, comes again: each vote is told of once.
        if (outcome.gateOpen && outcome.contested.length === 0) {
          const nowMs = now();
          // The clocks are two: a vote from the future is one that came at once.
          for (const { vote } of votes) metrics.lagged(Math.max(nowMs - vote.at, 0) / 1000);
        }
        return outcome;
      } catch (error) {
        metrics.statementFailed();
        throw error;
      }
    },
  };
}
