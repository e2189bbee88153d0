/** The leaderboard as lines of text: a rank, a name, a bar by its share of the highest total, the total. */
import { printable } from "../dead_letters/printable.ts";
import type { Leaderboard } from "../mod.ts";
import type { Screen } from "./screen.ts";

const BAR_WIDTH = 30;
const NAME_WIDTH_MAX = 32;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export function leaderboardLines(
  { entries: leaders, candidateCount, voteCount, readAt, isOpen, isFrozen }: Leaderboard,
  { paint }: Pick<Screen, "paint">,
): string[] {
  const entries = leaders.map(({ name, total }) => ({ name: printable(name), total }));
  const state = [
    isOpen ? paint("green", "open") : paint("red", "closed"),
    ...(isFrozen ? [paint("yellow", "results are frozen")] : []),
  ].join(", ");
  const head = `${paint("bold", "cast top")}  ${state}  ` +
    paint("dim", `${candidateCount} names, ${voteCount} votes, ${readAt.toISOString().slice(11, 19)} UTC`);
  if (entries.length === 0) return [head, paint("dim", "nobody has votes yet")];
  const highest = Math.max(1, entries[0]?.total ?? 0);
  const nameWidth = Math.min(NAME_WIDTH_MAX, Math.max(...entries.map(({ name }) => [...name].length)));
  const totalWidth = Math.max(...entries.map(({ total }) => String(total).length));
  return [
    head,
    ...entries.map(({ name, total }, index) => {
      const bar = barOf(total / highest).padEnd(BAR_WIDTH);
      return `${String(index + 1).padStart(3)}  ${fit(name, nameWidth)}  ${paint("cyan", bar)}  ${
        paint("bold", String(total).padStart(totalWidth))
      }`;
    }),
  ];
}

function barOf(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH * 8);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

function fit(name: string, width: number): string {
  const points = [...name];
  if (points.length > width) return `${points.slice(0, width - 1).join("")}…`;
  return name + " ".repeat(width - points.length);
}
