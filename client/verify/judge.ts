/**
 * What one look at the stores comes to: pure. Redis is read first, then Postgres, then Redis again; so what Postgres lacks
 * may still be under way, and what Redis gave in between is known by its versions.
 */
import type { TallySnapshot } from "../../shared/redis/audit_scripts.ts";
import type { OutboxPosition, ShardState } from "../../shared/redis/shard_scripts.ts";
import type { CountedUpTo, LedgerEpoch, LedgerState } from "./ledger.ts";
import type { EpochState, Finding, FindingKind } from "./report.ts";

/** All but the totals, which are compared beside. */
export type RedisMoment = Omit<TallySnapshot, "tally">;

/** Redis when Postgres had been read. */
export interface RedisAfter {
  readonly state: ShardState;
  readonly incarnation: string;
}

/**
 * What time may mend: votes arrive, the guard opens, carries or restores. The others stay as they are until somebody
 * does something about them.
 */
const PASSING: ReadonlySet<FindingKind> = new Set<FindingKind>([
  "shard_closed",
  "epoch_differs",
  "epoch_not_open",
  "redis_behind",
  "redis_moved",
  "outbox_of_older_epoch",
  "left_to_carry",
  "carried_differs",
  "versions_missing",
]);

/** Whether another look may find less. No shard opens before an operator has accepted what Kafka forgot. */
export function mayPass(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => PASSING.has(kind)) &&
    !findings.some(({ kind }) => kind === "records_forgotten");
}

/** Whether both stores spoke of the same votes. Holes of a restored epoch are in neither, so they do not matter here. */
export function isSettled(findings: readonly Finding[]): boolean {
  return !findings.some((finding) =>
    PASSING.has(finding.kind) && !(finding.kind === "versions_missing" && finding.state === "restored")
  );
}

/** What Redis and Postgres say of the shard, totals apart. */
export function judgeLedger(redis: RedisMoment, ledger: LedgerState): Finding[] {
  const findings: Finding[] = [];
  if (!redis.isOpen) findings.push({ kind: "shard_closed", epoch: redis.epoch ?? null });
  // An outbox of a later epoch takes no vote of this one, and a later epoch's votes would never be carried.
  const latest = Math.max(redis.last?.epoch ?? 0, ...ledger.epochs.map(({ epoch }) => epoch));
  if (redis.epoch !== ledger.epoch || latest > (ledger.epoch ?? 0)) {
    findings.push({
      kind: "epoch_differs",
      redis: maxOrNull([redis.epoch, redis.last?.epoch]),
      ledger: ledger.epoch ?? null,
    });
  } else if (redis.epoch !== undefined && !isOpenInLedger(redis.epoch, ledger)) {
    findings.push({ kind: "epoch_not_open", epoch: redis.epoch });
  }
  const waiting = redis.outboxFirst;
  if (waiting !== undefined && waiting.epoch < (redis.epoch ?? 0)) {
    findings.push({ kind: "outbox_of_older_epoch", epoch: waiting.epoch, fromVersion: waiting.version });
  }
  if (ledger.toCarryCount > 0) findings.push({ kind: "left_to_carry", count: ledger.toCarryCount });
  if (redis.carriedCount !== ledger.carriedCount) {
    findings.push({ kind: "carried_differs", redis: redis.carriedCount, ledger: ledger.carriedCount });
  }
  for (const epoch of ledger.epochs) findings.push(...judgeEpoch(redis, epoch));
  if (ledger.forgotten.length > 0) findings.push({ kind: "records_forgotten", ranges: ledger.forgotten });
  return findings;
}

/** Whether what was read of Redis first still held when Postgres had been read. */
export function judgeAfter(redis: RedisMoment, ledger: LedgerState, after: RedisAfter): Finding[] {
  const { state, incarnation } = after;
  if (
    incarnation !== redis.incarnation || state.isOpen !== redis.isOpen || state.epoch !== redis.epoch ||
    state.carriedCount !== redis.carriedCount
  ) {
    return [{ kind: "redis_moved" }];
  }
  const { epoch } = redis;
  const stored = ledger.epochs.find((each) => each.epoch === epoch);
  const redisLast = lastVersion(state.last, epoch);
  if (epoch === undefined || stored === undefined || stored.highest <= redisLast) return [];
  return [{ kind: "redis_behind", epoch, redisLast, ledgerHighest: stored.highest }];
}

/** The version of the last vote that Redis counted in an epoch, -1 for none. */
export function lastVersion(last: OutboxPosition | undefined, epoch: number | undefined): number {
  return last !== undefined && last.epoch === epoch ? last.version : -1;
}

export function countedUpTo(shard: number, { epoch, last }: RedisMoment): CountedUpTo {
  return { shard, epoch, lastVersion: lastVersion(last, epoch) };
}

/** Versions of an epoch from this one on still lie in the outbox; null for none. Trimmed is only what comes first. */
export function inOutboxFrom({ outboxFirst }: RedisMoment, epoch: number): number | null {
  if (outboxFirst === undefined || outboxFirst.epoch > epoch) return null;
  return outboxFirst.epoch === epoch ? outboxFirst.version : 0;
}

export function epochState({ epoch }: RedisMoment, ledger: LedgerEpoch): EpochState {
  if (ledger.epoch === epoch) return "open";
  return (ledger.includedVersion ?? -1) >= 0 ? "kept" : "restored";
}

function judgeEpoch(redis: RedisMoment, each: LedgerEpoch): Finding[] {
  const { epoch, clashCount, missingCount } = each;
  const findings: Finding[] = [];
  if (clashCount > 0) {
    findings.push({ kind: "version_clash", epoch, count: clashCount, versions: each.clashes });
  }
  if (missingCount > 0) {
    const from = inOutboxFrom(redis, epoch);
    findings.push({
      kind: "versions_missing",
      epoch,
      state: epochState(redis, each),
      count: missingCount,
      ranges: each.missing,
      inOutboxFrom: from !== null && from <= each.lastExpected ? from : null,
    });
  }
  return findings;
}

function isOpenInLedger(epoch: number, { epochs }: LedgerState): boolean {
  return epochs.some((each) => each.epoch === epoch && each.isKnown && each.includedVersion === null);
}

function maxOrNull(epochs: readonly (number | undefined)[]): number | null {
  const given = epochs.filter((epoch) => epoch !== undefined);
  return given.length === 0 ? null : Math.max(...given);
}
