/**
 * The whole verdict on a run, without any I/O: the history goes in line by line, then the graves, then the ledger row by
 * row, then what the stores say; out comes the report.
 */
import type { HistoryLine, KafkaLostVote } from "../load/history.ts";
import { createCallJudge } from "./judge_calls.ts";
import { judgeRequests } from "./judge_requests.ts";
import { createRowJudge } from "./judge_rows.ts";
import { judgeFindings, judgeHoles, judgeTotals } from "./judge_stores.ts";
import type { GraveVote, LedgerRow, StoredTotals, VerifySummary } from "./ledger_row.ts";
import { createRedisLives } from "./redis_lives.ts";
import { createRequestTable } from "./request_table.ts";
import type { Summary } from "./summary.ts";
import { createTempo } from "./tempo.ts";
import { createPhases } from "./phases.ts";
import { createTicketTable } from "./ticket_table.ts";
import { createFindings, type Violation } from "./violations.ts";

export interface JudgeSettings {
  /** CAST_TICKET_USES until an event says otherwise. */
  readonly ticketUses: number;
  /** CAST_REQUEST_LIFE_MS. */
  readonly requestLifeMs?: number;
  /** By how much a reading of the machine's clock may be off: the runner's and Redis's are taken apart from each other. */
  readonly clockToleranceMs?: number;
}

export interface CheckReport {
  /** Nothing in it: every promise was kept. */
  readonly violations: readonly Violation[];
  readonly summary: Summary;
}

export interface Judge {
  line(line: HistoryLine): void;
  /** After the last line and before the first row. */
  graves(votes: readonly GraveVote[]): void;
  row(row: LedgerRow): void;
  /** After the last row: ids of votes in graves that the ledger does not have. */
  unstored(): ReadonlySet<string>;
  /** Of those, the ones that Kafka has: no death excuses them. */
  foundInKafka(voteIds: Iterable<string>): void;
  finish(stores: { verify: VerifySummary; totals: StoredTotals }): CheckReport;
}

const REQUEST_LIFE_MS = 120_000;
const CLOCK_TOLERANCE_MS = 50;

export function createJudge(
  { ticketUses, requestLifeMs = REQUEST_LIFE_MS, clockToleranceMs = CLOCK_TOLERANCE_MS }: JudgeSettings,
): Judge {
  const findings = createFindings();
  const requests = createRequestTable();
  const tickets = createTicketTable(ticketUses);
  const lives = createRedisLives();
  const tempo = createTempo();
  const calls = createCallJudge({ requests, tickets, lives, findings, requestLifeMs, clockToleranceMs });
  const rows = createRowJudge({ requests, findings });
  const phases = createPhases();

  return {
    line(line) {
      tempo.line(line);
      calls.line(line);
      phases.line(line);
      if (line.kind === "event" && line.event === "kafka_lost") rows.addGraves(line.votes.map(kafkaGrave));
    },
    graves: rows.addGraves,
    row: rows.row,
    unstored: () => new Set(rows.graves.keys()),
    foundInKafka: rows.excuseNot,
    finish({ verify, totals }) {
      calls.finish();
      const died = [...rows.graves.values()];
      const facts = { verify, totals, versions: rows.versions, counted: rows.totals, died };
      const holes = judgeHoles(facts, findings);
      judgeFindings(facts, findings);
      judgeTotals(facts, findings);
      const counts = judgeRequests({ requests, tickets, died, clockToleranceMs }, findings);
      return {
        violations: findings.list(),
        summary: { ...counts, ...rows.seen, ...tempo.summary(), phases: phases.summary(tickets), holes },
      };
    },
  };
}

function kafkaGrave({ names, counts, ...vote }: KafkaLostVote): GraveVote {
  const sums = new Map(names.map((name, place) => [name, counts[place] ?? 0]));
  return { ...vote, cause: "kafka_folder", diedT: Infinity, counts: sums };
}
