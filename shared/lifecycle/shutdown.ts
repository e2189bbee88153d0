/**
 * Stopping in order, once. Steps run newest first, each inside what is left of the deadline; one that fails or hangs
 * does not keep the next from running, but makes the exit code tell of it.
 *
 * A program may drain before that: it is not ready any more and goes on working, until whoever looks at its readiness
 * sends it nothing new. The deadline counts from the end of the drain.
 */
import type { Logger } from "../log/logger.ts";
import { withinDeadline } from "./deadline.ts";
import { pause } from "./pause.ts";

export interface Shutdown {
  /** Aborts when stopping begins: loops end their current step and return. */
  readonly signal: AbortSignal;
  /** Adds a step that undoes what was just set up. */
  add(name: string, stop: () => Promise<void> | void): void;
  /** How long to go on working after `begin`, before the first step. */
  drainFor(ms: number): void;
  /** Begins stopping; only the first call counts. */
  begin(reason: string): void;
  /** Begins stopping because the program cannot go on: without a drain, and the exit code is 1. */
  fail(reason: string, error: unknown): void;
  /** Resolves with the exit code when every step has run. */
  readonly finished: Promise<number>;
}

export function createShutdown({ log, deadlineMs }: { log: Logger; deadlineMs: number }): Shutdown {
  const controller = new AbortController();
  const steps: { name: string; stop: () => Promise<void> | void }[] = [];
  const { promise: finished, resolve } = Promise.withResolvers<number>();
  const broken = new AbortController();
  let drainMs = 0;
  let failed = false;

  async function drain(): Promise<void> {
    if (drainMs === 0 || broken.signal.aborted) return;
    log.info("program_draining", { drainMs });
    await pause(drainMs, broken.signal);
  }

  async function stopAll(): Promise<void> {
    await drain();
    const deadline = Date.now() + deadlineMs;
    for (const { name, stop } of steps.reverse()) {
      try {
        await withinDeadline(stop, {
          ms: Math.max(deadline - Date.now(), 0),
          what: "Stop within the deadline",
        });
      } catch (error) {
        failed = true;
        log.error("stop_step_failed", { step: name, error });
      }
    }
    log.info("program_stopped", { exitCode: failed ? 1 : 0 });
    resolve(failed ? 1 : 0);
  }

  function begin(reason: string): void {
    if (controller.signal.aborted) return;
    log.info("program_stopping", { reason });
    controller.abort(new Error(`Stopping: ${reason}`));
    void stopAll().catch((error) => log.error("stop_failed", { error }));
  }

  return {
    signal: controller.signal,
    add: (name, stop) => void steps.push({ name, stop }),
    drainFor: (ms) => void (drainMs = ms),
    begin,
    fail(reason, error) {
      failed = true;
      log.error("program_failed", { reason, error });
      broken.abort();
      begin(reason);
    },
    finished,
  };
}
