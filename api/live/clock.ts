/** The time of live results, handed in so that a test can move it. */

export interface Clock {
  nowMs(): number;
  /** Ends at once when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}
