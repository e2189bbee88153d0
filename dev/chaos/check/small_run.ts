/**
 * A run small enough to be written by hand, for the checker's tests: a clean one to begin with, and the parts to spoil it.
 */
import type { CallLine, HistoryLine, RunEvent, TicketLine } from "../load/history.ts";
import { type CheckReport, createJudge, type JudgeSettings } from "./judge.ts";
import type { GraveVote, LedgerRow, StoredTotals, VerifySummary } from "./ledger_row.ts";
import type { ViolationKind } from "./violations.ts";

export interface SmallRun {
  readonly lines: readonly HistoryLine[];
  readonly rows: readonly LedgerRow[];
  readonly graves: readonly GraveVote[];
  /** Ids of votes that Kafka holds. */
  readonly inKafka?: readonly string[];
  readonly verify: VerifySummary;
  readonly totals: StoredTotals;
}

/** Wall clock at t = 0, and the first epoch. */
export const WALL_MS = 1_790_000_000_000;
export const EPOCH = WALL_MS - 5000;
export const TICKET = ticketOf(EPOCH, 0);

export function ticketOf(epoch: number, opensAtT: number): string {
  return `k1.0.${epoch}.${WALL_MS + opensAtT}`;
}

/** Fetched as soon as it opened, good for two seconds. */
export function ticketLine(
  { epoch = EPOCH, t = 0, api = 0 }: { epoch?: number; t?: number; api?: number } = {},
): TicketLine {
  return {
    kind: "ticket",
    t0: t,
    t,
    api,
    ticket: ticketOf(epoch, t),
    epoch,
    opensAt: WALL_MS + t,
    remaining: 100,
    validUntilMs: WALL_MS + t + 2000,
    wallMs: WALL_MS + t,
  };
}

/** Ada, one vote, accepted at once on the first ticket, unless told otherwise. */
export function callLine(requestId: string, call: Partial<CallLine> = {}): CallLine {
  const { t0 = 100, outcome = "ACCEPTED" } = call;
  return {
    kind: "call",
    t0,
    t1: t0 + 5,
    api: 0,
    requestId,
    names: ["ada"],
    counts: [1],
    ticket: TICKET,
    attempt: 0,
    outcome,
    ...(outcome === "ACCEPTED" ? { totals: [1] } : {}),
    ...call,
  };
}

export function eventLine(t: number, event: RunEvent): HistoryLine {
  return { kind: "event", t, wallMs: WALL_MS + t, ...event };
}

export function ledgerRow(
  requestId: string | undefined,
  row: Partial<LedgerRow> & { version: number },
): LedgerRow {
  const { epoch = EPOCH, version } = row;
  return {
    voteId: `vote-${epoch}-${version}`,
    epoch,
    requestId,
    names: ["ada"],
    counts: [1],
    voter: undefined,
    isRepeat: false,
    ...row,
  };
}

/** Two accepted votes, one that was unknown at first, one refused: all as promised. */
export function cleanRun(): SmallRun {
  return {
    lines: [
      { kind: "begin", v: 1, wallMs: WALL_MS },
      { kind: "api", t: 0, api: 0, url: "http://api" },
      ticketLine(),
      callLine("a"),
      callLine("b", { outcome: "unknown" }),
      callLine("b", { t0: 300, attempt: 1 }),
      callLine("c", { outcome: "TICKET_EXHAUSTED" }),
    ],
    rows: [ledgerRow("a", { version: 0 }), ledgerRow("b", { version: 1 })],
    graves: [],
    verify: { findings: [], holes: [], epochs: [] },
    totals: { votes: new Map([["ada", 2]]), tally: new Map([["ada", 2]]) },
  };
}

/** Adds lines and rows, and the totals that go with the rows. */
export function withMore(
  run: SmallRun,
  { lines = [], rows = [] }: { lines?: HistoryLine[]; rows?: LedgerRow[] },
): SmallRun {
  return consistent({ ...run, lines: [...run.lines, ...lines], rows: [...run.rows, ...rows] });
}

/** With the totals that its counted rows sum up to. */
export function consistent(run: SmallRun): SmallRun {
  const sums = new Map<string, number>();
  for (const { names, counts } of run.rows.filter(({ isRepeat }) => !isRepeat)) {
    names.forEach((name, place) => sums.set(name, (sums.get(name) ?? 0) + (counts[place] ?? 0)));
  }
  return { ...run, totals: { votes: sums, tally: sums } };
}

export function judgeRun(run: SmallRun, settings: Partial<JudgeSettings> = {}): CheckReport {
  const judge = createJudge({ ticketUses: 100, ...settings });
  run.lines.forEach(judge.line);
  judge.graves(run.graves);
  run.rows.forEach(judge.row);
  judge.foundInKafka(run.inKafka ?? []);
  return judge.finish(run);
}

/** How often each violation was found. */
export function found(
  run: SmallRun,
  settings: Partial<JudgeSettings> = {},
): Partial<Record<ViolationKind, number>> {
  return Object.fromEntries(judgeRun(run, settings).violations.map(({ kind, count }) => [kind, count]));
}
