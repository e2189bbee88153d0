/** What the checker knows of the stores: rows of the ledger, what dead disks held, what verify says. */

/** One row of `vote_events`. */
export interface LedgerRow {
  readonly voteId: string;
  readonly epoch: number;
  readonly version: number;
  readonly requestId: string | undefined;
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter: string | undefined;
  readonly isRepeat: boolean;
}

/**
 * A vote in the outbox of a Redis that will not come back, or in a folder that Kafka lost. Some live on elsewhere: they
 * had been relayed, or still lay in the outbox.
 */
export interface GraveVote {
  readonly epoch: number;
  readonly version: number;
  readonly voteId: string;
  readonly requestId?: string;
  readonly cause: "redis_disk" | "kafka_folder";
  /**
   * History time. A call that began later was answered by another Redis, so this vote does not stand for it. Infinity for
   * Kafka: Redis remembers a vote that Kafka lost, and answers a repeat from memory.
   */
  readonly diedT: number;
  /** What it put into Redis's tally, by name; of votes that Kafka lost. */
  readonly counts?: ReadonlyMap<string, number>;
}

/** Versions that verify misses, both ends included; those that an operator has accepted too. */
export interface Hole {
  readonly epoch: number;
  readonly firstVersion: number;
  readonly lastVersion: number;
}

/** What verify said when the run was quiet: `verifySummary` makes it of a report. */
export interface VerifySummary {
  /** Everything that it calls wrong but holes. */
  readonly findings: readonly { readonly kind: string; readonly text: string }[];
  /** May be the first of many. */
  readonly holes: readonly Hole[];
  /** What it counted in each epoch. */
  readonly epochs: readonly VerifiedEpoch[];
}

export interface VerifiedEpoch {
  readonly epoch: number;
  /** Postgres must hold every version up to this one. */
  readonly lastExpected: number;
  /** Holes, accepted ones too, whether they are listed or not. */
  readonly missingCount: number;
}

/** Totals by name, as the stores say. */
export interface StoredTotals {
  readonly votes: ReadonlyMap<string, number>;
  /** Redis's, at the very end. Not compared when absent. */
  readonly tally?: ReadonlyMap<string, number>;
  /** Redis's, before anything was repaired: it may still count what Kafka lost, and nothing else. */
  readonly tallyBefore?: ReadonlyMap<string, number>;
}
