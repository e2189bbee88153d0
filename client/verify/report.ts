/**
 * What `deno task verify` found, as a value: what `--json` prints and what a fault runner asserts on. It survives JSON:
 * absent values are null, offsets of Kafka are text, and all else that counts is an integer below 2^53.
 */

/** Names, ranges and versions named by one finding; each says how many there are beside. */
export const EXAMPLES_MAX = 100;

export interface VerifyReport {
  /** No findings. */
  readonly agrees: boolean;
  /**
   * Postgres held every vote that Redis had counted when it was read, and nothing was left to carry: the totals could be
   * compared. Where it is false, findings about totals may be votes that were still under way.
   */
  readonly settled: boolean;
  readonly shard: number;
  readonly redis: RedisReport;
  readonly ledger: LedgerReport;
  /** In the order of epochs. */
  readonly epochs: readonly EpochReport[];
  /** Ranges of versions that Postgres lacks, accepted ones among them; at most `EXAMPLES_MAX` of an epoch and kind. */
  readonly holes: readonly Hole[];
  readonly findings: readonly Finding[];
  /** How often Postgres was read. */
  readonly looks: number;
  readonly tookMs: number;
}

/** One moment of Redis. */
export interface RedisReport {
  readonly isOpen: boolean;
  /** `run_id` of the process that answered. */
  readonly incarnation: string;
  readonly epoch: number | null;
  /** The last vote counted in that epoch, -1 for none. */
  readonly lastVersion: number;
  /** Entries that the relay has not trimmed yet. */
  readonly outboxLength: number;
  readonly outboxFirst: VersionId | null;
  readonly carriedCount: number;
  readonly names: number;
  /** Of all totals. */
  readonly sum: number;
}

/** One moment of Postgres, later than that of Redis. */
export interface LedgerReport {
  readonly epoch: number | null;
  readonly toCarryCount: number;
  readonly carriedCount: number;
  readonly names: number;
  /** Of all counts in `votes`. */
  readonly sum: number;
  /** Of what was cast after the moment of Redis, and is taken off `sum` before it is compared. */
  readonly sumAfter: number;
  /** Stored votes that were not counted, since each repeats another. */
  readonly repeatCount: number;
}

/** A vote's place: its id in the outbox. */
export interface VersionId {
  readonly epoch: number;
  readonly version: number;
}

/** Open, kept at a reopening, or sealed by a restore: decides which versions Postgres must hold. */
export type EpochState = "open" | "kept" | "restored";

export interface EpochReport {
  readonly epoch: number;
  readonly state: EpochState;
  /** Postgres must hold every version up to this one, -1 for none. */
  readonly lastExpected: number;
  /** Of what Postgres holds, -1 for none. */
  readonly highest: number;
  readonly storedCount: number;
  /** Versions up to `lastExpected` that Postgres lacks and nobody has accepted. */
  readonly missingCount: number;
  readonly acceptedCount: number;
}

/** Both ends included. */
export interface VersionRange {
  readonly first: number;
  readonly last: number;
}

export interface Hole extends VersionRange {
  readonly epoch: number;
  readonly accepted: boolean;
}

export interface NameDifference {
  readonly name: string;
  readonly redis: number;
  /** Of `votes`, less what was cast after Redis was read. */
  readonly votes: number;
}

export interface SumDifference {
  readonly name: string;
  readonly votes: number;
  readonly events: number;
}

export interface ForgottenRange {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string;
  readonly nextOffset: string;
}

/** Totals that differ name by name. `names` are the first `EXAMPLES_MAX` of `count`. */
interface NamesFinding<Kind extends string, Name> {
  readonly kind: Kind;
  readonly count: number;
  readonly names: readonly Name[];
}

export type Finding =
  /** The shard takes no votes. */
  | { readonly kind: "shard_closed"; readonly epoch: number | null }
  /** Redis is open under another epoch than `shards` names; null where there is none. */
  | { readonly kind: "epoch_differs"; readonly redis: number | null; readonly ledger: number | null }
  /** `epochs` does not call the epoch open that Redis counts in. */
  | { readonly kind: "epoch_not_open"; readonly epoch: number }
  /** Postgres holds votes of the open epoch that Redis never gave: Redis went back. */
  | {
    readonly kind: "redis_behind";
    readonly epoch: number;
    readonly redisLast: number;
    readonly ledgerHighest: number;
  }
  /** Epoch, process or carried votes changed between the two readings of Redis, up to the last look. */
  | { readonly kind: "redis_moved" }
  /** Votes of an epoch that is over still lie in the outbox from this version on: in neither total yet. */
  | { readonly kind: "outbox_of_older_epoch"; readonly epoch: number; readonly fromVersion: number }
  | { readonly kind: "left_to_carry"; readonly count: number }
  | { readonly kind: "carried_differs"; readonly redis: number; readonly ledger: number }
  /** Holes that nobody has accepted; the ranges are the first `EXAMPLES_MAX` of them. */
  | {
    readonly kind: "versions_missing";
    readonly epoch: number;
    readonly state: EpochState;
    readonly count: number;
    readonly ranges: readonly VersionRange[];
    /** Versions from this one on still lie in the outbox: not lost, only not relayed. Null for none. */
    readonly inOutboxFrom: number | null;
  }
  /** `count` versions are held under several vote ids. */
  | {
    readonly kind: "version_clash";
    readonly epoch: number;
    readonly count: number;
    readonly versions: readonly number[];
  }
  /** Kafka deleted records before they were stored, and nobody has accepted it. */
  | { readonly kind: "records_forgotten"; readonly ranges: readonly ForgottenRange[] }
  | NamesFinding<"total_differs", NameDifference>
  | NamesFinding<"only_in_redis", NameDifference>
  | NamesFinding<"only_in_votes", NameDifference>
  /** `votes` is not the sum of `vote_events`: Postgres contradicts itself. */
  | NamesFinding<"votes_differ_from_events", SumDifference>;

export type FindingKind = Finding["kind"];
