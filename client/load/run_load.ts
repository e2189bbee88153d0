/** One run against a system that is there: votes at a rate, the lag of a sample of them, then the audit. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { audit } from "./audit.ts";
import type { Findings } from "./judge.ts";
import { type LagReport, type LagWatch, watchLag } from "./lag.ts";
import { createLoad, nowMs, type SentReport } from "./send_load.ts";
import { createStoredVotes } from "./stored_votes.ts";

/** A system that runs. */
export interface Target {
  /** GraphQL URLs. */
  readonly urls: readonly string[];
  /** Two connections are enough. */
  readonly pool: PostgresPool;
}

export interface RunOptions {
  readonly target: Target;
  readonly perSecond: number;
  readonly seconds: number;
  readonly names: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Of the audit: how long nothing may move. */
  readonly stillMsMax?: number;
  /** Called before the audit. */
  readonly beforeAudit?: (run: string) => Promise<unknown> | unknown;
}

export interface RunReport extends SentReport {
  readonly lag: LagReport;
  readonly findings: Findings;
}

export async function runLoad(options: RunOptions): Promise<RunReport> {
  const { target, perSecond, seconds, names, signal, say, stillMsMax, beforeAudit } = options;
  const stored = await createStoredVotes(target.pool);
  const watched = new AbortController();
  const watchSignal = AbortSignal.any([signal, watched.signal]);
  let watch: LagWatch | undefined;
  using load = createLoad({
    ...{ urls: target.urls, perSecond, seconds, names, signal },
    accepted: (n, answeredMs) => watch?.accepted(n, answeredMs),
  });
  const { ballot, ends, client } = load;
  try {
    say(`${perSecond} votes/s for ${seconds} s, run ${ballot.run}`);
    watch = watchLag({
      ...{ perSecond, nowMs, signal: watchSignal },
      requestId: ballot.requestId,
      present: stored.present,
    });
    const sent = await load.send();
    const lag = await watch.finish();
    await beforeAudit?.(ballot.run);
    say("audit");
    const findings = await audit({
      ...{ ballot, ends, stored, client, signal },
      ...(stillMsMax === undefined ? {} : { stillMsMax }),
    });
    return { ...sent, lag, findings };
  } finally {
    watched.abort();
  }
}
