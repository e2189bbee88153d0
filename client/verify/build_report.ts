/** Makes the report of the look that counts. */
import { epochState, isSettled, lastVersion } from "./judge.ts";
import type { LedgerEpoch } from "./ledger.ts";
import type { EpochReport, Hole, LedgerReport, RedisReport, VerifyReport } from "./report.ts";
import type { Look } from "./verify.ts";

export interface FinalLook extends Look {
  readonly totals: NonNullable<Look["totals"]>;
  readonly shard: number;
  readonly looks: number;
  readonly tookMs: number;
}

export function buildReport(look: FinalLook): VerifyReport {
  const { snapshot, ledger, findings, shard, looks, tookMs } = look;
  return {
    agrees: findings.length === 0,
    settled: isSettled(findings),
    shard,
    redis: redisReport(look),
    ledger: ledgerReport(look),
    epochs: ledger.epochs.map((each): EpochReport => ({
      epoch: each.epoch,
      state: epochState(snapshot, each),
      lastExpected: each.lastExpected,
      highest: each.highest,
      storedCount: each.storedCount,
      missingCount: each.missingCount,
      acceptedCount: each.acceptedCount,
    })),
    holes: ledger.epochs.flatMap(holesOf),
    findings,
    looks,
    tookMs: Math.round(tookMs),
  };
}

function redisReport({ snapshot, totals }: FinalLook): RedisReport {
  return {
    isOpen: snapshot.isOpen,
    incarnation: snapshot.incarnation,
    epoch: snapshot.epoch ?? null,
    lastVersion: lastVersion(snapshot.last, snapshot.epoch),
    outboxLength: snapshot.outboxLength,
    outboxFirst: snapshot.outboxFirst ?? null,
    carriedCount: snapshot.carriedCount,
    ...totals.redis,
  };
}

function ledgerReport({ ledger, totals }: FinalLook): LedgerReport {
  return {
    epoch: ledger.epoch ?? null,
    toCarryCount: ledger.toCarryCount,
    carriedCount: ledger.carriedCount,
    ...totals.votes,
    repeatCount: totals.repeatCount,
  };
}

function holesOf({ epoch, missing, accepted }: LedgerEpoch): Hole[] {
  return [
    ...missing.map((range) => ({ epoch, ...range, accepted: false })),
    ...accepted.map((range) => ({ epoch, ...range, accepted: true })),
  ].sort((a, b) => a.first - b.first);
}
