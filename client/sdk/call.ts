/** A call of the client: within its deadline, and given up when its caller's signal aborts. */
import { type Answer, UNREACHABLE } from "./answer.ts";
import { backoffMs } from "./backoff.ts";
import type { CastClock } from "./clock.ts";
import { createEnding } from "./ending.ts";
import { CastRequestError, CastUnavailableError } from "./errors.ts";

/** The deadline and the backoff bound the tries; this holds should a clock stand still. */
const TRIES_MAX = 200;

export interface CallOptions {
  /** Gives up the call. */
  readonly signal?: AbortSignal | undefined;
  /** Over that of the client. */
  readonly deadlineMs?: number | undefined;
}

export interface Calls {
  /** Runs one call; its signal aborts at its end. */
  within<T>(options: CallOptions, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * Asks what changes nothing until it is answered. Throws CastRequestError where the question is wrong, and
   * CastUnavailableError at the deadline.
   */
  read<T>(options: CallOptions, ask: (signal: AbortSignal) => Promise<Answer<T>>): Promise<T>;
}

export interface CallDeps {
  readonly clock: CastClock;
  readonly random: () => number;
  readonly deadlineMs: number;
}

export function createCalls({ clock, random, deadlineMs: deadlineMsByDefault }: CallDeps): Calls {
  const within: Calls["within"] = async ({ signal, deadlineMs = deadlineMsByDefault }, call) => {
    signal?.throwIfAborted();
    const ending = createEnding({ clock, withinMs: deadlineMs, signal });
    try {
      return await call(ending.signal);
    } finally {
      ending.release();
    }
  };

  async function readUntilAnswered<T>(
    ask: (signal: AbortSignal) => Promise<Answer<T>>,
    signal: AbortSignal,
  ): Promise<T> {
    let last = { code: UNREACHABLE, message: "No answer came in time" };
    for (let tries = 1; tries <= TRIES_MAX && !signal.aborted; tries++) {
      const answer = await ask(signal);
      if (answer.kind === "answered") return answer.data;
      if (answer.kind === "rejected") throw new CastRequestError(answer.message, { code: answer.code });
      // What was cut off by the deadline says less than the answer before it.
      if (!signal.aborted || tries === 1) last = answer;
      const retryAfterMs = answer.kind === "busy" ? answer.retryAfterMs : undefined;
      await clock.sleep(backoffMs({ count: tries, retryAfterMs }, random()), signal);
    }
    throw new CastUnavailableError(`Ask again later: ${last.message}`, { code: last.code });
  }

  return {
    within,
    async read(options, ask) {
      try {
        return await within(options, (signal) => readUntilAnswered(ask, signal));
      } catch (error) {
        if (error instanceof CastUnavailableError) options.signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
