/** A run's figures for people. */
import type { Percentiles } from "./histogram.ts";
import type { LagReport } from "./lag.ts";
import type { MemoryRow } from "./memory_row.ts";
import type { RunReport } from "./run_load.ts";
import type { SentReport } from "./send_load.ts";
import { judgeRun } from "./verdict.ts";

const MB = 1024 * 1024;

export function runText(report: RunReport, memory: readonly MemoryRow[] = []): string {
  const { lag, findings } = report;
  const { missed } = judgeRun(report, memory);
  return [
    ...answerLines(report),
    timesLine("vote, due to answered", report.latency),
    timesLine("lag, answered to stored", lag.lag),
    timesLine("generator, due to begun", report.lateness),
    latencyLine(report),
    lagLine(lag),
    ...memoryText(memory),
    "",
    auditLine(report),
    ...findings.examples.map((example) => `    ${example}`),
    ...missed.map((one) => `  missed: ${one}`),
  ].join("\n");
}

/** Of a run of which nobody read back what is stored. */
export function sentText(report: SentReport): string {
  return [
    ...answerLines(report),
    timesLine("vote, due to answered", report.latency),
    timesLine("generator, due to begun", report.lateness),
    latencyLine(report),
  ].join("\n");
}

function answerLines(report: SentReport): string[] {
  const seconds = report.sendingMs / 1000;
  return [
    "",
    `run ${report.run}: ${report.perSecond} votes/s for ${report.seconds} s`,
    `  due ${report.due}, not sent ${report.shed}, accepted ${report.accepted} ` +
    `(${(report.accepted / seconds).toFixed(0)}/s), refused ${report.refused}, unknown ${report.unknown}, ` +
    `repeated calls ${report.repeats}`,
    `  answers: ${Object.entries(report.answers).map(([code, count]) => `${code} ${count}`).join(", ")}`,
    "",
    `  ${"ms".padEnd(28)}${["p50", "p90", "p99", "p99.9", "max"].map((head) => head.padStart(9)).join("")}`,
  ];
}

function latencyLine({ latency, latencyP99ByTenths, refused, shed }: SentReport): string {
  return `  vote: ${latency.count} accepted or unknown, not in it ${refused} refused and ${shed} not sent; ` +
    `p99 by tenths of the run: ${tenthsText(latencyP99ByTenths)} ms`;
}

function lagLine({ lag, perSecondMax, skipped, unseen, trend }: LagReport): string {
  const without = `${skipped > 0 ? `, ${skipped} left out` : ""}${
    unseen > 0 ? `, ${unseen} never seen` : ""
  }`;
  return `  lag of ${lag.count} votes, ${perSecondMax}/s at most${without}; ` +
    `median by tenths of the run: ${tenthsText(trend.windowMs)} ms, ${
      trend.isGrowing ? "growing" : "not growing"
    }`;
}

function tenthsText(tenths: readonly (number | undefined)[]): string {
  return tenths.map((ms) => ms === undefined ? "-" : ms.toFixed(0)).join(" ");
}

function timesLine(what: string, { p50, p90, p99, p999, max }: Percentiles): string {
  const numbers = [p50, p90, p99, p999, max].map((ms) => ms.toFixed(2).padStart(9)).join("");
  return `  ${what.padEnd(28)}${numbers}`;
}

function memoryText(memory: readonly MemoryRow[]): string[] {
  if (memory.length === 0) return [];
  const fromSeconds = ((memory[0]?.fromMs ?? 0) / 1000).toFixed(0);
  const head = [`at ${fromSeconds} s`, "at end", "most", "MB/min"].map((text) => text.padStart(9)).join("");
  return [
    "",
    `  ${"memory, MB".padEnd(28)}${head}`,
    ...memory.map((row) => {
      const numbers = [row.atFromBytes, row.endBytes, row.maxBytes, row.bytesPerMinute]
        .map((bytes) => (bytes / MB).toFixed(1).padStart(9)).join("");
      return `  ${row.name.padEnd(28)}${numbers}  ${levelText(row)}  (${row.note})`;
    }),
    "  level: from two minutes on it grows by 10 % or 16 MB at most, by the line through its samples",
  ];
}

function levelText({ isLevel }: MemoryRow): string {
  if (isLevel === undefined) return "under 3 min, too short to judge";
  return isLevel ? "level" : "grows";
}

function auditLine({ findings, accepted, unknown }: RunReport): string {
  const unknowns = unknown > 0 ? `, of ${unknown} unknown ${findings.unknownStored} stored` : "";
  const wrong = Object.entries(findings.counts).map(([kind, count]) => `${kind} ${count}`);
  if (accepted === 0) wrong.unshift("no vote was accepted");
  if (wrong.length === 0) {
    return `  audit: all ${accepted} accepted votes are stored once, totals in votes and Redis are theirs${unknowns}`;
  }
  return `  audit FAILED: ${wrong.join(", ")} (accepted ${accepted}, stored ${findings.stored}${unknowns})`;
}
