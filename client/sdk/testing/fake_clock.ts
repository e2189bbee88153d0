/** A clock that a test moves: time passes only while everybody waits for it. */
import type { CastClock } from "../clock.ts";

/** Turns of the event loop in which whatever does not wait for the clock comes to its end. */
const TURNS = 3;
const STEPS_MAX = 10_000;

export interface FakeClock extends CastClock {
  /** Moves time until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Moves time by so much. */
  advance(ms: number): Promise<void>;
  /** As on a machine that slept: the time of day moves by so much, and timers stand still meanwhile. */
  leap(ms: number): void;
  /** Every wait that was begun, in ms. */
  readonly waits: readonly number[];
  /** Waits that nobody has ended yet. */
  readonly pendingCount: number;
}

interface Sleeper {
  atMs: number;
  wake(): void;
}

export function createFakeClock(nowMs = Date.UTC(2030, 0, 1)): FakeClock {
  const sleepers = new Set<Sleeper>();
  const waits: number[] = [];

  function wakeNext(untilMs: number): boolean {
    const next = [...sleepers].sort((one, other) => one.atMs - other.atMs)[0];
    if (!next || next.atMs > untilMs) return false;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    return true;
  }

  return {
    waits,
    now: () => nowMs,
    sleep(ms, signal) {
      waits.push(ms);
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper: Sleeper = {
          atMs: nowMs + ms,
          wake() {
            sleepers.delete(sleeper);
            signal.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener("abort", sleeper.wake);
      });
    },
    async run(promise) {
      let isSettled = false;
      promise.then(() => isSettled = true, () => isSettled = true);
      for (let step = 0; step < STEPS_MAX; step++) {
        await settle();
        if (isSettled) return await promise;
        wakeNext(Infinity);
      }
      throw new Error("Run to the end of a promise: it waits for something else than the clock");
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      do await settle(); while (wakeNext(untilMs));
      nowMs = untilMs;
    },
    leap(ms) {
      nowMs += ms;
      for (const sleeper of sleepers) sleeper.atMs += ms;
    },
    get pendingCount() {
      return sleepers.size;
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setTimeout(resolve));
}
