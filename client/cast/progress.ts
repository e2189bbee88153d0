/** How far long work has come, on one line of standard error that is drawn in place, and only on a terminal. */
import type { Screen } from "./screen.ts";

export interface Progress {
  /** Says how much is done, as often as is convenient: it is drawn a few times a second. */
  at(done: number): void;
  /** Wipes the line. */
  end(): void;
}

export interface ProgressOptions {
  readonly screen: Pick<Screen, "status">;
  readonly what: string;
  /** What `done` counts. */
  readonly unit: string;
  /** Undefined where nobody knows. */
  readonly total?: number | undefined;
  readonly nowMs?: () => number;
}

const DRAW_MS = 100;
const BAR_WIDTH = 24;

export function createProgress(options: ProgressOptions): Progress {
  const { screen, nowMs = () => performance.now() } = options;
  const begunMs = nowMs();
  let drawnMs = -Infinity;
  return {
    at(done) {
      const now = nowMs();
      if (now - drawnMs < DRAW_MS) return;
      drawnMs = now;
      screen.status(progressText(options, { done, seconds: (now - begunMs) / 1000 }));
    },
    end: () => screen.status(""),
  };
}

/** Exported for its test. */
export function progressText(
  { what, unit, total }: Pick<ProgressOptions, "what" | "unit" | "total">,
  { done, seconds }: { done: number; seconds: number },
): string {
  const rate = seconds > 0 ? ` ${Math.round(done / seconds)}/s` : "";
  if (total === undefined || total <= 0) return `${what} ${done} ${unit}${rate}`;
  // An estimate may be too low: a bar that is full says no less than one that is too long.
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  return `${what} ${bar} ${Math.floor(share * 100)} % ${done} ${unit}${rate}`;
}
