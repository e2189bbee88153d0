/**
 * The time from an answer to the row in Postgres, of a sample of the accepted votes: one connection asks every few
 * milliseconds which of them are there.
 */
import { setTimeout as timeout } from "node:timers/promises";
import { createHistogram, type Percentiles } from "./histogram.ts";
import { type LagTrend, lagTrend } from "./lag_trend.ts";
import type { StoredVotes } from "./stored_votes.ts";

export interface LagReport {
  readonly lag: Percentiles;
  readonly trend: LagTrend;
  readonly perSecondMax: number;
  /** Sampled and not seen to the end; the audit decides whether they are lost. */
  readonly unseen: number;
  /** Left out, since too many were waited for already. */
  readonly skipped: number;
}

export interface LagWatch {
  /** To be told of every accepted vote. */
  accepted(n: number, answeredMs: number): void;
  /** Waits for what is still awaited, up to a bound. */
  finish(): Promise<LagReport>;
}

export interface LagOptions {
  readonly perSecond: number;
  readonly requestId: (n: number) => string;
  readonly present: StoredVotes["present"];
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly finishMsMax?: number;
  /** Between two looks. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

export const SAMPLED_PER_SECOND = 100;
const POLL_MS = 20;
const ERROR_PAUSE_MS = 500;
const AWAITED_MAX = 10_000;
/** In one statement; the oldest first. */
const ASKED_MAX = 1000;
const FINISH_MS_MAX = 30_000;

export function watchLag(options: LagOptions): LagWatch {
  const { perSecond, requestId, present, nowMs, signal, finishMsMax = FINISH_MS_MAX } = options;
  const { wait = timeout } = options;
  // Odd, since the odd votes are those for two names.
  const every = Math.ceil(perSecond / SAMPLED_PER_SECOND) | 1;
  const histogram = createHistogram();
  const awaited = new Map<string, number>();
  const points: { atMs: number; lagMs: number }[] = [];
  const startMs = nowMs();
  let skipped = 0;
  let deadlineMs = Infinity;

  async function look(): Promise<void> {
    const asked = awaited.keys().take(ASKED_MAX).toArray();
    const seen = await present(asked);
    const seenMs = nowMs();
    for (const id of seen) {
      const answeredMs = awaited.get(id);
      // Counted twice, which the audit will find.
      if (answeredMs === undefined) continue;
      awaited.delete(id);
      // A row may come before the answer: the voter heard of it late.
      const lagMs = Math.max(0, seenMs - answeredMs);
      histogram.add(lagMs);
      points.push({ atMs: answeredMs - startMs, lagMs });
    }
  }
  async function watch(): Promise<void> {
    while (!signal.aborted && nowMs() < deadlineMs) {
      if (deadlineMs < Infinity && awaited.size === 0) break;
      try {
        if (awaited.size > 0) await look();
        await wait(POLL_MS);
      } catch {
        // A Postgres that is away makes the lag, it does not end the watch.
        await wait(ERROR_PAUSE_MS);
      }
    }
  }
  const watching = watch();
  return {
    accepted(n, answeredMs) {
      if (n % every !== 0) return;
      if (awaited.size >= AWAITED_MAX) skipped++;
      else awaited.set(requestId(n), answeredMs);
    },
    async finish() {
      const endedMs = nowMs();
      deadlineMs = endedMs + finishMsMax;
      await watching;
      // What was never seen took at least this long.
      for (const answeredMs of awaited.values()) {
        histogram.add(nowMs() - answeredMs);
        points.push({ atMs: answeredMs - startMs, lagMs: nowMs() - answeredMs });
      }
      const unseen = awaited.size;
      const trend = lagTrend(points, endedMs - startMs);
      return { lag: histogram.percentiles(), trend, perSecondMax: SAMPLED_PER_SECOND, unseen, skipped };
    },
  };
}
