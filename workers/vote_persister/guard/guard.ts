/**
 * The guard of a shard: the only one who opens it. Every persister runs one; an advisory lock of Postgres makes one of
 * them active, and a claim in Redis keeps one that lost the lock without noticing from opening what another has opened.
 *
 *   look ──all well──▶ obey the poll ─▶ carry what is marked ─▶ look again
 *     ├──closed, or Redis and Postgres contradict each other──▶ claim ─▶ transaction (keep | restore) ─▶ load ─▶ open
 *     └──Kafka forgot what was never stored──▶ close, until an operator has accepted the loss
 */
import { createFreshness } from "../../../shared/lifecycle/freshness.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { GuardScripts, ShardState } from "../../../shared/redis/shard_scripts.ts";
import type { Candidates } from "./candidates.ts";
import { carryBatch } from "./carry.ts";
import { lastVersion, whyReopen } from "./decide.ts";
import { pollNeed } from "./decide_poll.ts";
import type { GuardLedger } from "./ledger.ts";
import type { GuardLock } from "./lock.ts";
import type { GuardMetrics } from "./metrics.ts";
import { obeyPoll } from "./obey_poll.ts";
import { reopen } from "./reopen.ts";

export interface GuardOptions {
  readonly shard: number;
  readonly lock: GuardLock;
  readonly scripts: GuardScripts;
  readonly isRedisConnected: () => boolean;
  /** Waits until the votes that Kafka holds are stored, within bounds. */
  readonly drain: (ledger: GuardLedger) => Promise<void>;
  /** This machine's clock, in ms. */
  readonly now: () => number;
  /** The names that may be voted for; absent: any. */
  readonly candidates?: Candidates | undefined;
  /** How long a voter's votes are counted; absent: they are not. */
  readonly voterWindowMs?: number | undefined;
  readonly metrics: GuardMetrics;
  readonly log: Logger;
}

export interface Guard {
  /** One look, and what it calls for; returns how many ms to wait before the next. */
  step(): Promise<number>;
  /** Whether Postgres has answered lately. */
  hasLedger(): boolean;
  /** Whether it is the one that opens the shard, as far as it knows. */
  isActive(): boolean;
  /** Gives the lock back. */
  close(): void;
}

/** How long a closed shard goes unnoticed. */
const LOOK_MS = 100;
const WATCH_LOCK_MS = 250;
/** How long votes are carried before the guard looks again. */
const CARRY_MS_MAX = 1000;
/** Looks come several times a second, so Postgres is away when none has reached it for this long. */
const LEDGER_AGE_MS_MAX = 5000;

export function createGuard(options: GuardOptions): Guard {
  const { shard, lock, isRedisConnected, metrics, log } = options;
  const reached = createFreshness(LEDGER_AGE_MS_MAX);
  let isActive = false;

  function giveUp(): void {
    lock.release();
    isActive = false;
    // What it last saw is another's to tell.
    metrics.active(false);
  }

  async function becomeActive(): Promise<GuardLedger | undefined> {
    const ledger = await lock.acquire();
    reached.mark();
    if (ledger && !isActive) log.info("guard_active", { shard });
    isActive = ledger !== undefined;
    metrics.active(isActive);
    return ledger;
  }

  return {
    hasLedger: reached.isFresh,
    isActive: () => isActive,
    async step() {
      if (!isRedisConnected()) {
        // One that cannot reach Redis must not keep those away that can.
        giveUp();
        await lock.ping();
        reached.mark();
        return LOOK_MS;
      }
      const ledger = await becomeActive();
      if (!ledger) return WATCH_LOCK_MS;
      try {
        return await look(options, ledger);
      } catch (error) {
        // A lock on a connection that may be dead is no lock: another guard may have it by now.
        giveUp();
        throw error;
      }
    },
    close: giveUp,
  };
}

/** Postgres first, then Redis: what is stored in between must not look like something that Redis lacks. */
async function look(options: GuardOptions, ledger: GuardLedger): Promise<number> {
  const { shard, scripts, metrics, log } = options;
  const state = await ledger.read();
  const redis = await scripts.readShard();
  metrics.toCarry(state.toCarryCount);
  const unstored = Math.max(lastVersion(redis, state.epoch) - state.versionMax, 0);
  metrics.looked({ isOpen: redis.isOpen, epoch: state.epoch, unstored });
  if (state.hasForgotten) {
    await stayClosed(options, redis);
    return LOOK_MS;
  }
  const reason = whyReopen(state, redis);
  if (reason) {
    const outcome = await reopen({ ...options, ledger }, reason);
    if (outcome.kind !== "superseded") return 0;
    log.warn("reopen_superseded", { shard });
    return LOOK_MS;
  }
  const need = pollNeed(state.poll, { redis: redis.poll, candidatesDigest: options.candidates?.digest });
  await obeyPoll({ ...options, ledger }, { need, epoch: state.epoch, seen: redis.poll });
  if (state.toCarryCount === 0) return LOOK_MS;
  // Many batches to a look, since each look counts what is marked; and a bound, since a look is also a watch.
  const untilMs = performance.now() + CARRY_MS_MAX;
  let isMore = true;
  while (isMore && performance.now() < untilMs) {
    isMore = await carryBatch({ ...options, ledger, epoch: state.epoch });
  }
  return isMore ? 0 : LOOK_MS;
}

/** The claim closes the shard; nobody opens it before the loss was accepted. */
async function stayClosed({ shard, scripts, log }: GuardOptions, redis: ShardState): Promise<void> {
  if (!redis.isOpen) return;
  await scripts.claim(crypto.randomUUID());
  log.error("shard_closed", { shard, reason: "records_forgotten" });
}
