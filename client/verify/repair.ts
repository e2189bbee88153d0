/**
 * Repairs Redis from `votes`, by way of the guard: it closes the shard and forgets its epoch, and the guard restores the
 * totals under a new one, as after a lost disk. Nothing is overwritten while votes are counted, and no ticket of the old
 * epoch is honoured again.
 */
import { pause } from "../../shared/lifecycle/pause.ts";
import { createCloseScript } from "../../shared/redis/audit_scripts.ts";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import type { FindingKind, VerifyReport } from "./report.ts";
import { verify, type VerifyOptions } from "./verify.ts";

export type Repair =
  /** The guard restored the shard; `after` says what came of it. */
  | { readonly kind: "restored"; readonly epoch: number; readonly after: VerifyReport }
  | { readonly kind: "nothing_to_repair" }
  | { readonly kind: "repair_refused"; readonly reason: string }
  /** The shard is closed and stays so until a vote persister runs. */
  | { readonly kind: "no_guard"; readonly waitedMs: number };

const REDIS_DIFFERS: ReadonlySet<FindingKind> = new Set<FindingKind>([
  "total_differs",
  "only_in_redis",
  "only_in_votes",
]);
const LOOK_MS = 100;

export async function repair(options: VerifyOptions, report: VerifyReport): Promise<Repair> {
  if (report.agrees) return { kind: "nothing_to_repair" };
  const refusal = whyNot(report);
  if (refusal) return { kind: "repair_refused", reason: refusal };
  const { redis, keys, log } = options;
  const { incarnation, epoch } = report.redis;
  const close = createCloseScript(redis, keys);
  if (epoch === null || !await close({ incarnation, epoch })) {
    return {
      kind: "repair_refused",
      reason: "Repair Redis: the shard was closed or opened anew since it was compared, so compare again",
    };
  }
  log.warn("shard_closed", { shard: options.shard, epoch, reason: "repair" });
  const opened = await whenOpened(options);
  if (opened === undefined) return { kind: "no_guard", waitedMs: options.waitMsMax };
  return { kind: "restored", epoch: opened, after: await verify(options) };
}

/** Returns why a restore would not help, or undefined. */
function whyNot({ findings, redis, settled }: VerifyReport): string | undefined {
  const has = (kind: FindingKind) => findings.some((finding) => finding.kind === kind);
  if (has("votes_differ_from_events")) {
    return "Repair Redis: votes is not the sum of vote_events, so Postgres itself is wrong and restores nothing right";
  }
  if (has("records_forgotten")) {
    return "Repair Redis: no guard opens a shard before what Kafka forgot was accepted: --accept-loss forgotten";
  }
  if (!findings.some(({ kind }) => REDIS_DIFFERS.has(kind))) {
    return "Repair Redis: its totals are those of votes, so a restore would mend nothing";
  }
  if (!redis.isOpen) {
    return "Repair Redis: the shard is closed, so a guard has to open it first: start a vote persister";
  }
  // Its totals may be right, and a closed shard refuses votes.
  if (!settled) {
    return "Repair Redis: votes are still under way to Postgres: let them arrive, or accept their loss, and repair then";
  }
  return undefined;
}

/** The new epoch, undefined where nobody opens the shard within the wait. */
async function whenOpened(
  { redis, keys, waitMsMax, signal }: VerifyOptions,
): Promise<number | undefined> {
  const readShard = createReadShardScript(redis, keys);
  const deadlineMs = performance.now() + waitMsMax;
  while (true) {
    signal.throwIfAborted();
    // Redis may be away for a moment; the guard is what is waited for.
    const state = await readShard().catch(() => undefined);
    if (state?.isOpen && state.epoch !== undefined) return state.epoch;
    if (performance.now() > deadlineMs) return undefined;
    await pause(LOOK_MS, signal);
  }
}
