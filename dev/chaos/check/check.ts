/**
 * Holds a run to the promises: its history against the ledger, the totals, verify and what dead disks held. Works from
 * the history's file and the stores alone, after the run has come to rest (the outbox drained, Kafka stored, nothing left
 * to carry), so a run can be judged again as long as the stores are kept.
 *
 * ```ts
 * const verify = verifySummary(await verifyShard());
 * const { violations, summary } = await checkRun({ historyPath, pool, verify, graves, tally, ticketUses: 2000 });
 * ```
 *
 * Memory: two million requests, half an hour at 1,000 votes a second, took some 200 MB of live data, and a process of
 * 640 MB.
 */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { readHistory } from "../load/history_reader.ts";
import { type CheckReport, createJudge, type JudgeSettings } from "./judge.ts";
import type { GraveVote, VerifySummary } from "./ledger_row.ts";
import { readLedger, readVoteTotals } from "./read_ledger.ts";

export interface CheckOptions extends JudgeSettings {
  readonly historyPath: string;
  /** On the schema of the run. */
  readonly pool: PostgresPool;
  readonly verify: VerifySummary;
  readonly graves: readonly GraveVote[];
  /** Redis's totals by name, at the end and before anything was repaired. */
  readonly tally?: ReadonlyMap<string, number>;
  readonly tallyBefore?: ReadonlyMap<string, number>;
  /** Which of these votes Kafka holds at the end, so that they cannot have died. */
  readonly inKafka?: (voteIds: ReadonlySet<string>) => Promise<Iterable<string>>;
}

export async function checkRun(options: CheckOptions): Promise<CheckReport> {
  const { historyPath, pool, verify, graves, tally, tallyBefore, inKafka } = options;
  const judge = createJudge(options);
  for await (const lines of readHistory(historyPath)) for (const line of lines) judge.line(line);
  judge.graves(graves);
  for await (const rows of readLedger(pool)) for (const row of rows) judge.row(row);
  const unstored = judge.unstored();
  if (inKafka && unstored.size > 0) judge.foundInKafka(await inKafka(unstored));
  const votes = await readVoteTotals(pool);
  const totals = { votes, ...(tally ? { tally } : {}), ...(tallyBefore ? { tallyBefore } : {}) };
  return judge.finish({ verify, totals });
}
