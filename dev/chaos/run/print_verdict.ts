/** A verdict as a table for people. */
import type { PhaseSummary } from "../check/summary.ts";
import type { ViolationKind } from "../check/violations.ts";
import { type FaultRow, faultRows, type Span } from "./fault_table.ts";
import type { Counts } from "./sightings.ts";
import { isBroken, neverObserved, problemsOf, type Verdict } from "./verdict.ts";

/** Labels shown of one fault: those that were seen most. */
const SEEN_MAX = 4;
const SEEN_WIDTH = 96;

/** `command` repeats the run. */
export function verdictText(verdict: Verdict, command: string): string {
  return [
    ...faultTable(faultRows(verdict.cycles)),
    "",
    ...totals(verdict),
    "",
    ...ending(verdict, command),
  ].join("\n");
}

function faultTable(rows: readonly FaultRow[]): string[] {
  const header = ["fault", "cycles", "observed", "accepted again ms", "stored ms", "seen"];
  const lines = rows.map((row) => [
    row.fault,
    `${row.cycles}`,
    `${row.observed}`,
    spanText(row.acceptedMs),
    spanText(row.storedMs),
    row.failures[0] ?? seenText(row.seen),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => (line[column] ?? "").length))
  );
  const text = (line: readonly string[]) =>
    line.map((cell, column) => column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)).join(
      "  ",
    );
  return [text(header), ...lines.map(text)];
}

/** Median and longest. */
function spanText(span: Span | undefined): string {
  return span ? `${span.median} / ${span.max}` : "never";
}

function seenText(seen: Counts): string {
  const labels = Object.entries(seen).sort(([, a], [, b]) => b - a).slice(0, SEEN_MAX);
  return labels.map(([label, count]) => `${label} ${count}`).join(", ").slice(0, SEEN_WIDTH);
}

function totals({ check, perSecond, uses, cycles, namedLost }: Verdict): string[] {
  const { summary } = check;
  const observed = cycles.filter((cycle) => cycle.observed).length;
  const found = (kind: ViolationKind) =>
    check.violations.find((violation) => violation.kind === kind)?.count ?? 0;
  return [
    `${perSecond} votes/s due, ${Math.round(summary.arrivalsPerSecond)}/s came, ` +
    `${Math.round(summary.acceptedPerSecond)}/s accepted; ${uses.join(" then ")} uses a ticket`,
    `${observed} of ${cycles.length} faults observed; ${limitText(check.summary.phases)}`,
    `accepted ${summary.accepted}, counted ${summary.counted}, repeats kept apart ${summary.repeats}, ` +
    `unknown settled ${summary.unknownSettled}, given up unknown ${summary.gaveUpUnknown} ` +
    `(${summary.gaveUpUnknownCounted} of them counted), refused ${summary.gaveUpRefused}`,
    `lost ${found("lost")}, doubled ${found("doubled")}, uses exceeded ${found("uses_exceeded")}, ` +
    `old epoch honoured ${found("old_epoch_honoured")}, versions clashed ${found("version_clash")}`,
    `died with a Redis disk ${summary.diedWithDisk}, with Kafka's folder ${summary.diedWithKafka}; ` +
    `versions named by verify ${summary.holes}, accepted as lost ${namedLost}`,
    `answers ${Object.entries(summary.answers).map(([code, count]) => `${code} ${count}`).join(", ")}`,
    `latency of accepted votes ms: ${
      Object.entries(summary.latencyMs).map(([name, ms]) => `${name} ${Math.round(ms)}`).join(", ")
    }; ` +
    `longest without one ${Math.round(summary.longestWithoutAcceptedMs)}`,
  ];
}

function limitText([, ...limited]: readonly PhaseSummary[]): string {
  return limited.map(({ uses, ticketsUsedUp }) => `${ticketsUsedUp} tickets used up at ${uses} uses`).join(
    ", ",
  ) ||
    "no phase at the limit";
}

export function verdictJson(verdict: Verdict, command: string): string {
  const { cycles, ...rest } = verdict;
  return JSON.stringify({
    kept: !isBroken(verdict),
    problems: problemsOf(verdict),
    neverObserved: neverObserved(cycles),
    command,
    faults: faultRows(cycles),
    ...rest,
  });
}

function ending(verdict: Verdict, command: string): string[] {
  const { check, cycles, historyPath } = verdict;
  const unseen = neverObserved(cycles);
  const warnings = unseen.length > 0 ? [`Never observed, so not tested: ${unseen.join(", ")}`] : [];
  if (!isBroken(verdict)) return [...warnings, "Every promise was kept."];
  return [
    ...warnings,
    ...problemsOf(verdict),
    ...check.violations.flatMap(({ kind, count, examples }) => [
      `${kind}: ${count}`,
      ...examples.slice(0, 3).map((example) => `  ${example}`),
    ]),
    `History: ${historyPath}`,
    `Again: ${command}`,
  ];
}
