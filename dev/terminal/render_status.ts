/**
 * The status of `deno task dev` as text: what runs, where, and how the votes go. Every line is shorter than the terminal is
 * wide, and the whole is at most half as high.
 */
import type { Figures } from "./figures.ts";
import { harmless, type Paint, type Style } from "./paint.ts";

/** From here on programs and stores stand side by side. */
const WIDE_COLUMNS = 80;
/** No wider, however wide the terminal: so fewer changes of its size wrap what is drawn. */
const COLUMNS_MAX = 100;

/** `well` does its work, `busy` is on the way there, `down` does not run. */
export type Mood = "well" | "busy" | "down";

export interface Part {
  name: string;
  mood: Mood;
  /** Where it listens: ":8000". */
  at: string;
  says: string;
}

export interface StatusView {
  programs: Part[];
  stores: Part[];
  /** Undefined until the programs have answered. */
  figures: Figures | undefined;
  /** Where to look, once there is something to see. */
  links: { label: string; url: string }[];
}

const MARKS: Record<Mood, { mark: string; style: Style }> = {
  well: { mark: "●", style: "green" },
  busy: { mark: "◌", style: "yellow" },
  down: { mark: "✗", style: "red" },
};

export function renderStatus(
  view: StatusView,
  options: { columns: number; rows: number; paint: Paint },
): string {
  const { paint } = options;
  const width = Math.max(1, Math.min(options.columns - 1, COLUMNS_MAX));
  const cut = (text: string) => harmless(text, width);
  const tail = [
    ...(view.figures ? [cut(describeFigures(view.figures))] : []),
    ...linkLines(view.links, width).map((line) => paint("cyan", cut(line))),
  ];
  const parts = partLines(view, { width, paint });
  const rule = paint("dim", "─".repeat(width));
  // The parts give way first: what is down is also told by a line of its own.
  const lines = [rule, ...parts, ...tail];
  const linesMax = Math.max(1, Math.floor(options.rows / 2));
  if (lines.length <= linesMax) return lines.join("\n");
  return [rule, ...tail].slice(0, linesMax).join("\n");
}

function partLines(view: StatusView, options: { width: number; paint: Paint }): string[] {
  const { width, paint } = options;
  if (width < WIDE_COLUMNS - 1) {
    const nameWidth = longestName([...view.programs, ...view.stores]);
    return [...view.programs, ...view.stores].map((part) => partCell(part, { width, nameWidth, paint }));
  }
  const cellWidth = Math.floor((width - 2) / 2);
  const count = Math.max(view.programs.length, view.stores.length);
  return Array.from({ length: count }, (_, row) => {
    const cells = [view.programs, view.stores].map((column) => {
      const part = column[row];
      return part ? partCell(part, { width: cellWidth, nameWidth: longestName(column), paint }) : "";
    });
    return cells.join("  ").trimEnd();
  });
}

function longestName(parts: Part[]): number {
  return Math.max(...parts.map(({ name }) => name.length));
}

/** Exactly as wide as asked: padded and cut before it is painted. */
function partCell(part: Part, options: { width: number; nameWidth: number; paint: Paint }): string {
  const { mark, style } = MARKS[part.mood];
  const text = ` ${part.name.padEnd(options.nameWidth)} ${part.at.padEnd(6)} ${part.says}`;
  const rest = harmless(text, options.width - 1).padEnd(options.width - 1);
  return options.paint(style, mark) + (part.mood === "well" ? rest : options.paint(style, rest));
}

export function describeFigures(figures: Figures): string {
  const { acceptedPerSecond, refusedPerSecond, lagSeconds, outboxVotes, unstoredVotes } = figures;
  return [
    `${count(acceptedPerSecond)} votes/s`,
    ...(refusedPerSecond ? [`${count(refusedPerSecond)} refused/s`] : []),
    `answer to Postgres ${duration(lagSeconds)}`,
    `outbox ${count(outboxVotes)}`,
    ...(unstoredVotes ? [`not in Postgres yet ${count(unstoredVotes)}`] : []),
  ].join(" · ");
}

function count(value: number | undefined): string {
  if (value === undefined) return "?";
  // Less than one a second is not none.
  return value > 0 && value < 1 ? "<1" : Math.round(value).toLocaleString("en");
}

function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "?";
  return seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : `${seconds.toFixed(1)} s`;
}

/** As many beside each other as fit. */
function linkLines(links: StatusView["links"], width: number): string[] {
  const lines: string[] = [];
  for (const { label, url } of links) {
    const text = `${label} ${url}`;
    const line = lines.at(-1);
    if (line !== undefined && line.length + text.length + 3 <= width) {
      lines[lines.length - 1] = `${line} · ${text}`;
    } else lines.push(text);
  }
  return lines;
}
