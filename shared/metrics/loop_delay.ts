/**
 * How late the event loop is: a timer measures how long after its time it is called. What blocks the loop delays
 * every vote, and shows nowhere else. The runtime's own monitor (`node:perf_hooks`) sees no block under Deno: tried.
 */

/** A loop that is blocked for less than this is seen by chance only. */
const BEAT_MS = 100;

/** Calls back with each delay, in seconds. Returns what ends the measurement. */
export function measureLoopDelay(observe: (seconds: number) => void): () => void {
  let dueMs = performance.now() + BEAT_MS;
  let timer = setTimeout(beat, BEAT_MS);
  // Each beat sets the next: a blocked loop is one long delay and not many short ones at its end.
  function beat(): void {
    const nowMs = performance.now();
    observe(Math.max(nowMs - dueMs, 0) / 1000);
    dueMs = nowMs + BEAT_MS;
    timer = setTimeout(beat, BEAT_MS);
  }
  return () => clearTimeout(timer);
}
