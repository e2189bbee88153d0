/**
 * Holds Redis, `votes` and `vote_events` to each other while votes go on.
 *
 * Redis is read at one moment. Then Postgres, again and again until it holds every vote that Redis had counted by then
 * and nothing is left to carry; what was cast later is known by its version and taken off. If Redis changed in between
 * in a way that makes the two incomparable, it starts over. What is left when the wait is over is a finding.
 *
 * What it costs: Redis serves nobody else while it hands out the tally, about a second for a million names, which then
 * take some 200 MB here. Postgres passes over the index on versions at each look, and adds up the whole ledger once
 * nothing is under way any more: seconds for a million events. Events never come here, and names in portions.
 */
import { backoffMs } from "../../shared/lifecycle/backoff.ts";
import { pause } from "../../shared/lifecycle/pause.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { createReadTallyScript, type TallySnapshot } from "../../shared/redis/audit_scripts.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import { createReadShardScript, parsePosition } from "../../shared/redis/shard_scripts.ts";
import { buildReport } from "./build_report.ts";
import { countedUpTo, judgeAfter, judgeLedger, mayPass, type RedisAfter } from "./judge.ts";
import {
  atOneMoment,
  LedgerError,
  type LedgerState,
  readLedgerState,
  readRepeatCount,
  readTotals,
} from "./ledger.ts";
import type { Finding, VerifyReport } from "./report.ts";
import { type ComparedTotals, compareTotals } from "./totals.ts";

export interface VerifyOptions {
  /** With a command timeout that allows for the whole tally. */
  readonly redis: RedisClient;
  readonly keys: ShardKeys;
  readonly pool: PostgresPool;
  readonly shard: number;
  /** How long to wait for what is under way: votes between Redis and Postgres, a shard about to open. */
  readonly waitMsMax: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** One look at both stores. */
export interface Look {
  readonly snapshot: TallySnapshot;
  readonly ledger: LedgerState;
  readonly findings: readonly Finding[];
  /** Undefined where something was still under way. */
  readonly totals: (ComparedTotals & { readonly repeatCount: number }) | undefined;
}

/** Returns what was found. Throws where a store does not answer within the wait, or the signal aborts. */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { shard, waitMsMax, signal, log } = options;
  const reader = createReader(options);
  const startMs = performance.now();
  let snapshot: TallySnapshot | undefined;
  for (let looks = 1;; looks++) {
    signal.throwIfAborted();
    const lookMs = performance.now();
    const isLast = lookMs - startMs >= waitMsMax;
    try {
      snapshot = snapshot ? await reader.withOutbox(snapshot) : await reader.snapshot();
      const look = await lookAt(options, { reader, snapshot, isLast });
      if (look.totals && (isLast || !mayPass(look.findings))) {
        return buildReport({
          ...look,
          totals: look.totals,
          shard,
          looks,
          tookMs: performance.now() - startMs,
        });
      }
      log.debug("look_unsettled", { shard, looks, findings: look.findings.map(({ kind }) => kind) });
      if (!isComparable(look)) snapshot = undefined;
    } catch (error) {
      const isFinal = error instanceof LedgerError && error.isFinal;
      if (isLast || isFinal || signal.aborted) throw error;
      log.debug("look_failed", { shard, looks, error });
      snapshot = undefined;
    }
    // No more than half of the time is spent on looks that are dear to Postgres.
    const tookMs = performance.now() - lookMs;
    const leftMs = Math.max(startMs + waitMsMax - performance.now(), 0);
    await pause(Math.min(Math.max(backoffMs(looks, Math.random()), tookMs), leftMs), signal);
  }
}

interface Reader {
  snapshot(): Promise<TallySnapshot>;
  /** The same moment with what is left of the outbox by now: a vote that was relayed since is not in it any more. */
  withOutbox(snapshot: TallySnapshot): Promise<TallySnapshot>;
  after(): Promise<RedisAfter>;
}

function createReader({ redis, keys }: VerifyOptions): Reader {
  const readShard = createReadShardScript(redis, keys);
  return {
    snapshot: createReadTallyScript(redis, keys),
    async withOutbox(snapshot) {
      const [first] = await redis.redis.xrange(keys.outbox, "-", "+", "COUNT", 1);
      const outboxLength = await redis.redis.xlen(keys.outbox);
      return { ...snapshot, outboxFirst: first && parsePosition(first[0]), outboxLength };
    },
    async after() {
      const incarnation = redis.incarnation();
      return { state: await readShard(), incarnation };
    },
  };
}

interface LookInput {
  readonly reader: Reader;
  readonly snapshot: TallySnapshot;
  readonly isLast: boolean;
}

async function lookAt(
  { pool, shard }: VerifyOptions,
  { reader, snapshot, isLast }: LookInput,
): Promise<Look> {
  const upTo = countedUpTo(shard, snapshot);
  const { ledger, findings, totals } = await atOneMoment(pool, async (client) => {
    const ledger = await readLedgerState(client, upTo);
    const findings = judgeLedger(snapshot, ledger);
    // The dear part, and pointless while votes are under way.
    if (!isLast && mayPass(findings)) return { ledger, findings, totals: undefined };
    const comparison = compareTotals(snapshot.tally);
    await readTotals(client, { ...upTo, take: comparison.add });
    const repeatCount = await readRepeatCount(client, shard);
    return { ledger, findings, totals: { ...comparison.finish(), repeatCount } };
  });
  const after = judgeAfter(snapshot, ledger, await reader.after());
  return { snapshot, ledger, totals, findings: [...findings, ...after, ...totals?.findings ?? []] };
}

/** Whether this moment of Redis can still be compared with a later one of Postgres. */
function isComparable({ snapshot, findings, totals }: Look): boolean {
  // Its tally was used up.
  if (totals) return false;
  return snapshot.isOpen &&
    !findings.some(({ kind }) =>
      kind === "redis_moved" || kind === "epoch_differs" || kind === "redis_behind"
    );
}
