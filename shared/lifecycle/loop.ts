/**
 * The shape of every worker's loop: one bounded step after another until the signal stops it. A step that throws is
 * logged, waited out with backoff and tried again: an outage of a store stops the work, it loses and skips nothing.
 */
import type { Logger } from "../log/logger.ts";
import { backoffMs } from "./backoff.ts";
import { pause } from "./pause.ts";

/** No step may be retried past this error: the program ends with a failing exit code, and somebody looks. */
export class FatalError extends Error {
  override readonly name = "FatalError";
}

export interface LoopOptions {
  /** noun_verb of what fails, for the log. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Does one bounded piece of work; returns how many ms to wait before the next. */
  readonly step: () => Promise<number>;
}

/** Resolves when the signal aborts; rejects with a step's `FatalError` only. */
export async function runLoop({ name, signal, log, step }: LoopOptions): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let waitMs: number;
    try {
      waitMs = await step();
      if (failures > 0) log.info(`${name}_recovered`, { failures });
      failures = 0;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      if (signal.aborted) return;
      failures += 1;
      waitMs = backoffMs(failures, Math.random());
      log.warn(`${name}_failed`, { error, failures, retryInMs: Math.round(waitMs) });
    }
    if (waitMs > 0) await pause(waitMs, signal);
  }
}
