/** The results as a table for people. */
import type { Figure } from "../bench.ts";
import type { BenchResult } from "./bench_result.ts";
import type { Judged } from "./judge.ts";

const HEAD = ["bench", "figure", "unit", "median", "min-max", "limit", "ratio", "wanted", ""];
/** Columns of words; the others hold numbers and lean to the right. */
const WORD_COLUMNS = new Set([0, 1, 2, 7, 8]);

export function resultTable(results: readonly BenchResult[]): string {
  const rows = results.flatMap((result) =>
    result.kind === "measured" ? result.figures.map((figure) => row(result.name, figure)) : []
  );
  const lines = rows.length > 0 ? align([HEAD, ...rows]) : [];
  for (const result of results) {
    if (result.kind !== "measured") lines.push(`${result.name}: ${result.kind}: ${result.reason}`);
  }
  return [...lines, "", summary(results)].join("\n");
}

/** With four significant digits, which is more than any figure here can vouch for. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(4)));
}

function row(bench: string, figure: Judged): string[] {
  const { what, limit, limitMedian, ratio, wanted, verdict } = figure;
  return [
    bench,
    limit ? `${what} / ${limit.what}` : what,
    figure.unit,
    numberText(figure.median),
    `${numberText(figure.min)}-${numberText(figure.max)}`,
    limitMedian === undefined ? "" : numberText(limitMedian),
    ratio === undefined ? "" : ratio.toFixed(2),
    wanted ? wantedText(wanted) : "",
    verdict ?? "",
  ];
}

function wantedText(wanted: NonNullable<Figure["wanted"]>): string {
  return "atLeast" in wanted ? `>= ${numberText(wanted.atLeast)}` : `<= ${numberText(wanted.atMost)}`;
}

function align(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return WORD_COLUMNS.has(column) ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}

function summary(results: readonly BenchResult[]): string {
  const count = (kind: BenchResult["kind"]) => results.filter((result) => result.kind === kind).length;
  const verdicts = results.flatMap((result) => result.kind === "measured" ? result.figures : [])
    .map(({ verdict }) => verdict);
  const of = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  return `${count("measured")} measured, ${count("skipped")} skipped, ${count("failed")} failed; ` +
    `wanted values: ${of("kept")} kept, ${of("MISSED")} MISSED`;
}
