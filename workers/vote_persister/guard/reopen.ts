/**
 * Opens a closed shard under a new epoch: claim, decide in one transaction with the persisters shut out, load, open.
 *
 * A guard may die at any point. Before the transaction commits nothing has happened but that the shard is closed;
 * after it `shards.epoch` is ahead of `meta.epoch`, and the next look restores. Redis may go away at any point: the
 * shard is opened for the process that was claimed, so another one stays closed.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type { Claim, GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { EPOCH_MAX } from "../../../shared/vote/record.ts";
import type { PollRow } from "../../../shared/poll/poll_table.ts";
import type { PollInRedis } from "../../../shared/redis/poll_scripts.ts";
import type { Candidates } from "./candidates.ts";
import { lastVersion, mayKeep, nextEpoch, type ReopenReason } from "./decide.ts";
import { pollNeed } from "./decide_poll.ts";
import type { GuardLedger } from "./ledger.ts";
import type { GuardMetrics } from "./metrics.ts";
import { settlePoll, switchPoll } from "./obey_poll.ts";
import { restoreVoters } from "./restore_voters.ts";

export interface ReopenOptions {
  readonly shard: number;
  readonly ledger: GuardLedger;
  readonly scripts: GuardScripts;
  /** Waits until the votes that Kafka holds are stored, within bounds: before a restore, so that totals do not dip. */
  readonly drain: (ledger: GuardLedger) => Promise<void>;
  /** This machine's clock, in ms: one of three. */
  readonly now: () => number;
  readonly candidates?: Candidates | undefined;
  readonly voterWindowMs?: number | undefined;
  readonly metrics: GuardMetrics;
  readonly log: Logger;
}

/** Totals loaded by one script. */
const LOAD_NAMES_MAX = 1000;

export type ReopenOutcome =
  | { readonly kind: "kept" | "restored"; readonly epoch: number }
  /**
   * Another guard has claimed the shard, another Redis has taken the place, or it must stay closed: the next look decides.
   */
  | { readonly kind: "superseded" };

export async function reopen(options: ReopenOptions, reason: ReopenReason): Promise<ReopenOutcome> {
  const { ledger, scripts, log, shard, metrics } = options;
  const begunMs = performance.now();
  const claim = { claimId: crypto.randomUUID(), incarnation: scripts.incarnation() };
  await scripts.claim(claim.claimId);
  log.info("shard_claimed", { shard, reason, incarnation: claim.incarnation });
  if (!await isKeepable(options, claim)) await options.drain(ledger);

  const decision = await ledger.transact(() => decide(options, claim));
  if (!decision) return { kind: "superseded" };
  const { epoch, totals } = decision;
  for (let start = 0; totals && start < totals.length; start += LOAD_NAMES_MAX) {
    const batch = totals.slice(start, start + LOAD_NAMES_MAX);
    if (!await scripts.loadTally({ ...claim, totals: batch })) return { kind: "superseded" };
  }
  if (totals) log.info("tally_loaded", { shard, names: totals.length });
  if (!await preparePoll(options, { claim, decision })) return { kind: "superseded" };
  if (!await scripts.open({ ...claim, epoch, restored: totals !== undefined })) return { kind: "superseded" };
  const kind = totals ? "restored" : "kept";
  metrics.shardOpened(kind, (performance.now() - begunMs) / 1000);
  log.info("shard_opened", { shard, kind, epoch, names: totals?.length });
  return { kind, epoch };
}

/** A first opinion, without locks: whether the wait for Kafka can be spared. */
async function isKeepable({ ledger, scripts }: ReopenOptions, { incarnation }: Claim): Promise<boolean> {
  const state = await ledger.read();
  const carried = await ledger.readCarried();
  const claimed = await scripts.readClaimed(incarnation);
  return claimed !== undefined && mayKeep(state, claimed.state, { ...carried, inRedis: claimed.carried });
}

interface Decision {
  readonly epoch: number;
  /** What to load; undefined where Redis's tally is kept. */
  readonly totals: readonly (readonly [name: string, total: string])[] | undefined;
  /** What the shard is to obey from its opening on. */
  readonly poll: PollRow;
  /** What Redis obeys, or would. */
  readonly seen: PollInRedis;
  /** Redis time. */
  readonly timeMs: number;
}

async function decide(options: ReopenOptions, { incarnation }: Claim): Promise<Decision | undefined> {
  const { ledger, scripts, shard, log, now } = options;
  const state = await ledger.read();
  // Noticed while this guard waited for Kafka: the claim stands, and the next look keeps the shard closed.
  if (state.hasForgotten) return undefined;
  const carried = await ledger.readCarried();
  const claimed = await scripts.readClaimed(incarnation);
  if (!claimed) return undefined;
  const redis = claimed.state;
  const poll = await settlePoll(options, { seen: redis.poll, incarnation, isLocked: true });
  if (!poll) return undefined;
  const clocksMs = [redis.timeMs, await ledger.readClockMs(), now()];
  const epoch = nextEpoch({ ledger: state, redis, clocksMs });
  // No record of it could ever be stored. Rather closed than that.
  if (epoch > EPOCH_MAX) throw new Error(`Open an epoch: wanted one of ${EPOCH_MAX} or less, got ${epoch}`);

  let totals: Decision["totals"];
  if (mayKeep(state, redis, { ...carried, inRedis: claimed.carried })) {
    const includedVersion = lastVersion(redis, state.epoch);
    await ledger.sealKept({ epoch: state.epoch, includedVersion });
    log.info("epoch_sealed", { shard, epoch: state.epoch, includedVersion });
  } else {
    totals = await ledger.sealRestored();
    const names = totals.length;
    log.info("restore_begun", { shard, names, redisEpoch: redis.epoch, ledgerEpoch: state.epoch });
  }
  await ledger.beginEpoch(epoch);
  return { epoch, totals, poll, seen: redis.poll, timeMs: redis.timeMs };
}

/** Whatever the shard is to obey it obeys before it opens. Returns false when the claim does not stand any more. */
async function preparePoll(
  options: ReopenOptions,
  { claim, decision: { totals, poll, seen, timeMs } }: { claim: Claim; decision: Decision },
): Promise<boolean> {
  const { candidates, voterWindowMs: windowMs } = options;
  const isRestored = totals !== undefined;
  if (isRestored && windowMs !== undefined) {
    if (!await restoreVoters(options, { claim, window: { timeMs, windowMs } })) return false;
  }
  // That it obeys is noted by the next look: nobody waits for a note on a shard that is closed anyway.
  const ledger = { ...poll, applied: undefined };
  const need = pollNeed(ledger, { redis: seen, candidatesDigest: candidates?.digest });
  if (need !== "switch" && !isRestored) return true;
  const { claimId, incarnation } = claim;
  const target = { poll, seen, incarnation, on: { claimId }, loadsAll: isRestored };
  return await switchPoll(options, target) !== undefined;
}
