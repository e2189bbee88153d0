/**
 * What the guard decides, and from what: pure. Postgres is always read before Redis, so that a vote that is stored in
 * between can never look like one that Redis lacks.
 */
import { CLOCK_STEP_BACK_MS_MAX } from "../../../shared/ticket/clock.ts";
import type { ShardState } from "../../../shared/redis/shard_scripts.ts";
import type { LedgerPoll } from "./decide_poll.ts";

/** What Postgres says of a shard. */
export interface LedgerState {
  /** The epoch that is open, or that a guard was about to open. */
  readonly epoch: number;
  /** The greatest epoch that any row speaks of. */
  readonly epochMax: number;
  /** The highest version stored of `epoch`, -1 for none. */
  readonly versionMax: number;
  /** Votes whose effect is still to be carried to Redis. */
  readonly toCarryCount: number;
  /** Votes whose effect was carried since the last restore. */
  readonly carriedCount: number;
  /** Kafka has deleted records that were never stored, and no operator has accepted it yet. */
  readonly hasForgotten: boolean;
  readonly poll: LedgerPoll;
}

export type ReopenReason =
  | "closed"
  | "epoch_differs"
  | "redis_behind"
  | "carried_differs"
  | "clock_stepped_back";

/** Returns why the shard must be opened anew, or undefined while all is well. */
export function whyReopen(ledger: LedgerState, redis: ShardState): ReopenReason | undefined {
  if (!redis.isOpen) return "closed";
  // An outbox of a later epoch takes no vote of this one: Redis would answer not_ready for ever. A later epoch's row comes
  // of votes that were read again after both stores went back; as an open epoch's they would never be carried.
  const epochMax = Math.max(ledger.epochMax, redis.last?.epoch ?? 0);
  if (redis.epoch !== ledger.epoch || epochMax > ledger.epoch) return "epoch_differs";
  if (ledger.versionMax > lastVersion(redis, ledger.epoch)) return "redis_behind";
  // Postgres went back to a backup of this epoch: it does not know any more what it had carried.
  if (ledger.toCarryCount === 0 && redis.carriedCount !== ledger.carriedCount) return "carried_differs";
  if (redis.newestOpensAt !== undefined && redis.timeMs + CLOCK_STEP_BACK_MS_MAX < redis.newestOpensAt) {
    return "clock_stepped_back";
  }
  return undefined;
}

/** Votes whose effect was taken from Postgres to Redis after they were stored. */
export interface CarriedVotes {
  /** That Redis remembers. */
  readonly inRedis: ReadonlySet<string>;
  /** That Postgres calls carried. */
  readonly inLedger: ReadonlySet<string>;
  /** That Postgres has yet to carry. */
  readonly toCarry: ReadonlySet<string>;
}

/**
 * Whether Redis's tally is exact, so that a restart costs no restore: it is of the ledger's latest epoch, it holds
 * every vote that Postgres holds, and it carried what Postgres thinks it carried.
 */
export function mayKeep(ledger: LedgerState, redis: ShardState, carried: CarriedVotes): boolean {
  return redis.epoch !== undefined && redis.epoch === ledger.epoch && ledger.epoch === ledger.epochMax &&
    ledger.versionMax <= lastVersion(redis, ledger.epoch) &&
    [...carried.inLedger].every((id) => carried.inRedis.has(id)) &&
    [...carried.inRedis].every((id) => carried.inLedger.has(id) || carried.toCarry.has(id));
}

/** The version of the last vote that Redis counted in an epoch, -1 for none. */
export function lastVersion({ last }: ShardState, epoch: number): number {
  return last?.epoch === epoch ? last.version : -1;
}

/**
 * An epoch that was never used before, even when two stores have gone back: the latest of the clocks, or above every
 * epoch that anything remembers.
 */
export function nextEpoch(
  { ledger, redis, clocksMs }: { ledger: LedgerState; redis: ShardState; clocksMs: readonly number[] },
): number {
  const seen = Math.max(ledger.epoch, ledger.epochMax, redis.epoch ?? 0, redis.last?.epoch ?? 0);
  return Math.max(...clocksMs, seen + 1);
}
