/** Reads back what became of a run's votes, as soon as all that were accepted are stored or nothing moves any more. */
import { pause } from "../../shared/lifecycle/pause.ts";
import type { Ballot } from "./ballot.ts";
import type { HttpClient } from "./http_client.ts";
import { createJudge, type Findings, isClean } from "./judge.ts";
import { readTotals } from "./read_totals.ts";
import type { StoredVotes } from "./stored_votes.ts";
import type { VoteEnds } from "./vote_ends.ts";

export interface AuditOptions {
  readonly ballot: Ballot;
  readonly ends: VoteEnds;
  readonly stored: StoredVotes;
  /** Asked for the totals of Redis. */
  readonly client: HttpClient;
  readonly signal: AbortSignal;
  /** How long nothing may move before what is missing counts as lost. */
  readonly stillMsMax?: number;
}

const STILL_MS_MAX = 30_000;
const LOOK_MS = 500;
/** In one statement. */
const CHUNK = 5000;

/** Throws where a store cannot be asked: that is no finding about votes. */
export async function audit(options: AuditOptions): Promise<Findings> {
  const { signal, stillMsMax = STILL_MS_MAX } = options;
  await whenStored(options);
  let movedMs = performance.now();
  let findings = await judgeOnce(options);
  // What nobody knew of may be counted in Redis and still be under way.
  while (!isClean(findings) && performance.now() - movedMs < stillMsMax) {
    await pause(LOOK_MS, signal);
    signal.throwIfAborted();
    const next = await judgeOnce(options);
    if (next.stored !== findings.stored) movedMs = performance.now();
    findings = next;
  }
  return findings;
}

async function whenStored(options: AuditOptions): Promise<void> {
  const { ballot, ends, stored, signal, stillMsMax = STILL_MS_MAX } = options;
  let movedMs = performance.now();
  // Votes come to Postgres about in their order: one that is missing is mostly followed by others.
  for (let from = 0; from < ends.total;) {
    signal.throwIfAborted();
    const accepted = numbers(from, ends.total).filter((n) => ends.get(n) === "accepted");
    const ids = accepted.map(ballot.requestId);
    const present = new Set(await stored.present(ids));
    const missing = ids.findIndex((id) => !present.has(id));
    if (missing < 0) {
      from += CHUNK;
      movedMs = performance.now();
      continue;
    }
    const next = accepted[missing] as number;
    if (next > from) movedMs = performance.now();
    from = next;
    if (performance.now() - movedMs > stillMsMax) return;
    await pause(LOOK_MS, signal);
  }
}

async function judgeOnce({ ballot, ends, stored, client, signal }: AuditOptions): Promise<Findings> {
  const judge = createJudge({ ballot, ends });
  for (let from = 0; from < ends.total; from += CHUNK) {
    signal.throwIfAborted();
    for (const vote of await stored.read(numbers(from, ends.total).map(ballot.requestId))) judge.stored(vote);
  }
  const votes = await stored.totals(ballot.names);
  return judge.finish({ votes, redis: await readTotals(client, ballot.names) });
}

function numbers(from: number, total: number): number[] {
  return Array.from({ length: Math.min(CHUNK, total - from) }, (_, index) => from + index);
}
