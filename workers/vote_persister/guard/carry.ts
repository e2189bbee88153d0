/**
 * Carries votes whose effect Redis and Postgres do not share: one that arrived after a restore had read the totals
 * (plus), and the second of two votes of one request, which Redis counted and the ledger did not (minus).
 *
 * First Redis, once per vote id, then the mark. A guard that dies in between repeats the batch, which Redis knows
 * already; a restore in between forgets both sides, and its totals have these votes in them.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type { GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import type { GuardLedger } from "./ledger.ts";
import type { GuardMetrics } from "./metrics.ts";

export interface CarryOptions {
  readonly shard: number;
  /** That is open. */
  readonly epoch: number;
  readonly ledger: GuardLedger;
  readonly scripts: GuardScripts;
  readonly metrics: GuardMetrics;
  readonly log: Logger;
}

/** Votes carried by one script: with twenty names each, some milliseconds of Redis's time. */
const CARRY_VOTES_MAX = 100;

/** One batch. Returns whether there may be more to carry at once. */
export async function carryBatch(options: CarryOptions): Promise<boolean> {
  const { shard, epoch, ledger, scripts, metrics, log } = options;
  const votes = await ledger.votesToCarry(CARRY_VOTES_MAX);
  if (votes.length === 0) return false;
  const newCount = await scripts.carry({ epoch, votes });
  // Closed meanwhile, or another epoch: the next look decides.
  if (newCount === undefined) return false;
  await ledger.markCarried({ epoch, voteIds: votes.map(({ voteId }) => voteId) });
  metrics.carried(newCount);
  log.info("votes_carried", { shard, epoch, count: votes.length, newCount });
  return votes.length === CARRY_VOTES_MAX;
}
