/**
 * Opens a closed shard under a new epoch: claim, decide in one transaction with the persisters shut out, load, open.
 *
 * A guard may die at any point. Before the transaction commits nothing has happened but that the shard is closed;
 * after it `shards.epoch` is ahead of `meta.epoch`, and the next look restores. Redis may go away at any point: the
 * shard is opened for the process that was claimed, so another one stays closed.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type { PostgresClient } from "../../../shared/postgres/pool.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { ShardKeys } from "../../../shared/redis/keys.ts";
import type { Claim, GuardScripts, ShardState } from "../../../shared/redis/shard_scripts.ts";
import { lastVersion, mayKeep, nextEpoch, type ReopenReason } from "./decide.ts";
import {
  beginEpoch,
  lockShard,
  readCarried,
  readClockMs,
  readLedger,
  sealKept,
  sealRestored,
} from "./ledger.ts";

export interface ReopenOptions {
  readonly shard: number;
  readonly client: PostgresClient;
  readonly redis: RedisClient;
  readonly keys: ShardKeys;
  readonly readShard: () => Promise<ShardState>;
  readonly scripts: GuardScripts;
  /** Waits until the votes that Kafka holds are stored, within bounds: before a restore, so that totals do not dip. */
  readonly drain: () => Promise<void>;
  readonly log: Logger;
}

/** Totals loaded by one script. */
const LOAD_NAMES_MAX = 1000;

export type ReopenOutcome =
  | { readonly kind: "kept" | "restored"; readonly epoch: number }
  /** Another guard has claimed the shard, or another Redis has taken the place: the next look decides. */
  | { readonly kind: "superseded" };

export async function reopen(options: ReopenOptions, reason: ReopenReason): Promise<ReopenOutcome> {
  const { redis, scripts, log, shard } = options;
  const claim = { claimId: crypto.randomUUID(), incarnation: redis.incarnation() };
  await scripts.claim(claim.claimId);
  log.info("shard_claimed", { shard, reason, incarnation: claim.incarnation });
  if (!await keepable(options, claim)) await options.drain();

  const decision = await decideInTransaction(options, claim);
  if (!decision) return { kind: "superseded" };
  const { epoch, totals } = decision;
  for (let start = 0; totals && start < totals.length; start += LOAD_NAMES_MAX) {
    const batch = totals.slice(start, start + LOAD_NAMES_MAX);
    if (!await scripts.loadTally({ ...claim, totals: batch })) return { kind: "superseded" };
  }
  if (!await scripts.open({ ...claim, epoch, restored: totals !== undefined })) return { kind: "superseded" };
  const kind = totals ? "restored" : "kept";
  log.info("shard_opened", { shard, kind, epoch, names: totals?.length });
  return { kind, epoch };
}

/** What the claimed Redis says; undefined where another has taken its place. It is closed, so all of it stands still. */
async function readClaimed({ redis, keys, readShard }: ReopenOptions, { incarnation }: Claim) {
  if (redis.incarnation() !== incarnation) return undefined;
  // Handed over at once, so that both go out on the connection that was looked at.
  const [state, carried] = await Promise.all([readShard(), redis.redis.smembers(keys.carried)]);
  return { state, carried: new Set(carried) };
}

/** A first opinion, without locks: whether the wait for Kafka can be spared. */
async function keepable(options: ReopenOptions, claim: Claim): Promise<boolean> {
  const { client, shard } = options;
  const ledger = await readLedger(client, shard);
  const carried = await readCarried(client, shard);
  const claimed = await readClaimed(options, claim);
  return claimed !== undefined && mayKeep(ledger, claimed.state, { ...carried, inRedis: claimed.carried });
}

interface Decision {
  readonly epoch: number;
  /** What to load; undefined where Redis's tally is kept. */
  readonly totals: readonly (readonly [name: string, total: string])[] | undefined;
}

async function decideInTransaction(options: ReopenOptions, claim: Claim): Promise<Decision | undefined> {
  const { client } = options;
  await client.query("begin");
  try {
    const decision = await decide(options, claim);
    await client.query(decision ? "commit" : "rollback");
    return decision;
  } catch (error) {
    // On a dead connection the transaction is gone already; the first error is the one that tells why.
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function decide(options: ReopenOptions, claim: Claim): Promise<Decision | undefined> {
  const { client, shard, log } = options;
  await lockShard(client, shard);
  const ledger = await readLedger(client, shard);
  const carried = await readCarried(client, shard);
  const claimed = await readClaimed(options, claim);
  if (!claimed) return undefined;
  const { state } = claimed;
  const epoch = nextEpoch({
    ledger,
    redis: state,
    clocksMs: [state.timeMs, await readClockMs(client), Date.now()],
  });

  let totals: Decision["totals"];
  if (mayKeep(ledger, state, { ...carried, inRedis: claimed.carried })) {
    const includedVersion = lastVersion(state, ledger.epoch);
    await sealKept(client, { shard, epoch: ledger.epoch, includedVersion });
    log.info("epoch_sealed", { shard, epoch: ledger.epoch, includedVersion });
  } else {
    totals = await sealRestored(client, shard);
    log.info("restore_begun", {
      shard,
      names: totals.length,
      redisEpoch: state.epoch,
      ledgerEpoch: ledger.epoch,
    });
  }
  await beginEpoch(client, { shard, epoch });
  return { epoch, totals };
}
