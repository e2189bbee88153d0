/**
 * An open loop: vote n is due at n / rate after the start, and is sent then, whatever has become of those before it. What
 * a slow moment of the generator itself has delayed is sent at once when it is over.
 */

export interface PaceOptions {
  readonly perSecond: number;
  readonly total: number;
  readonly nowMs: () => number;
  /** Resolves a beat later. */
  readonly beat: () => Promise<void>;
  /** Must not wait. `dueMs` is on the clock of `nowMs`. */
  readonly send: (n: number, dueMs: number) => void;
  readonly signal: AbortSignal;
}

/** Returns how many were sent: all, unless the signal fired. */
export async function pace(options: PaceOptions): Promise<number> {
  const { perSecond, total, nowMs, beat, send, signal } = options;
  const startMs = nowMs();
  let sent = 0;
  while (sent < total && !signal.aborted) {
    const due = Math.min(total, Math.floor((nowMs() - startMs) * perSecond / 1000) + 1);
    while (sent < due) {
      const n = sent++;
      send(n, startMs + n * 1000 / perSecond);
    }
    if (sent < total) await beat();
  }
  return sent;
}
