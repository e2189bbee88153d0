/** One run against a system that is there: votes at a rate, the lag of a sample of them, then the audit. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { audit } from "./audit.ts";
import { createBallot, randomRun } from "./ballot.ts";
import { generate, type Generated } from "./generate.ts";
import { createHttpClient } from "./http_client.ts";
import type { Findings } from "./judge.ts";
import { type LagReport, watchLag } from "./lag.ts";
import { createStoredVotes } from "./stored_votes.ts";
import { createVoteEnds } from "./vote_ends.ts";

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

export interface RunReport extends Generated {
  readonly run: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  readonly lag: LagReport;
  readonly findings: Findings;
}

export async function runLoad(options: RunOptions): Promise<RunReport> {
  const { target, perSecond, seconds, names, signal, say, stillMsMax, beforeAudit } = options;
  const ballot = createBallot({ run: randomRun(), nameCount: names });
  const ends = createVoteEnds(Math.round(perSecond * seconds));
  const stored = await createStoredVotes(target.pool);
  const connect = () => target.urls.map((url) => createHttpClient({ url: new URL(url) }));
  const [clients, ticketClients] = [connect(), connect()];
  const nowMs = () => performance.now();
  const watched = new AbortController();
  const watchSignal = AbortSignal.any([signal, watched.signal]);
  try {
    say(`${perSecond} votes/s for ${seconds} s, run ${ballot.run}`);
    const watch = watchLag({
      perSecond,
      nowMs,
      signal: watchSignal,
      requestId: ballot.requestId,
      present: stored.present,
    });
    const generated = await generate({
      perSecond,
      ballot,
      clients,
      ticketClients,
      ends,
      nowMs,
      signal,
      accepted: watch.accepted,
    });
    signal.throwIfAborted();
    const lag = await watch.finish();
    await beforeAudit?.(ballot.run);
    say("audit");
    const client = clients[0];
    if (!client) throw new Error("Run a load: no API was named");
    const findings = await audit({
      ballot,
      ends,
      stored,
      client,
      signal,
      ...(stillMsMax === undefined ? {} : { stillMsMax }),
    });
    return {
      ...generated,
      run: ballot.run,
      perSecond,
      seconds,
      lag,
      findings,
      accepted: ends.count("accepted"),
      refused: ends.count("refused"),
      unknown: ends.count("unknown"),
    };
  } finally {
    watched.abort();
    for (const client of [...clients, ...ticketClients]) client.close();
  }
}
