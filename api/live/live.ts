/**
 * Live results of one process: an audience, and the pulse that brings it what there is to see.
 *
 * However many watch, Redis is read once a frame, and each channel executes and encodes once. Chunks are written a few at
 * a time, so that a vote never waits for more than a few of them; with many viewers the frames therefore become fewer.
 * What anybody is shown was read after they came. The pulse beats only while somebody watches, and stops with the process.
 */
import type { Logger } from "../../shared/log/logger.ts";
import { backoffMs } from "../../shared/lifecycle/backoff.ts";
import type { LiveOutcome, LiveState } from "../../shared/redis/live_script.ts";
import { createAudience } from "./audience.ts";
import type { Subscription } from "./channel.ts";
import type { Clock } from "./clock.ts";
import type { LiveMetrics, LiveRefusal } from "./live_metrics.ts";

/** At most four frames a second. */
export const FRAME_MS_MIN = 250;
/** So many chunks are written before others have their turn: 2,500 a second at the most. */
export const WRITES_PER_TURN = 10;
export const TURN_MS = 4;
/** Whoever watches should see soon that Redis is back. */
const BACKOFF_MS_MAX = 2000;

export interface LiveDeps {
  readonly read: () => Promise<LiveOutcome>;
  readonly viewersMax: number;
  readonly perAddressMax: number;
  readonly clock: Clock;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
}

export interface Live {
  /** Returns the body of the response, or why there is none. */
  watch(subscription: Subscription, address: string | undefined): ReadableStream<Uint8Array> | LiveRefusal;
  /** Ends every stream at once and takes no further one; resolves when the pulse has ended. */
  stop(): Promise<void>;
}

export function createLive({ read, viewersMax, perAddressMax, clock, metrics, log }: LiveDeps): Live {
  const audience = createAudience({ viewersMax, perAddressMax, clock, metrics });
  const stopping = new AbortController();
  let beating: Promise<void> | undefined;

  async function readState(): Promise<LiveState | undefined> {
    metrics.stateRead();
    try {
      const outcome = await read();
      return outcome.kind === "live" ? outcome.state : undefined;
    } catch (error) {
      log.error("live_read_failed", { error });
      return undefined;
    }
  }

  async function visitAll(state: LiveState | undefined, everybody: ReturnType<typeof audience.everybody>) {
    let spent = 0;
    for (const one of everybody) {
      if (spent >= WRITES_PER_TURN) {
        await clock.pause(TURN_MS, stopping.signal);
        spent = 0;
      }
      spent += audience.visit(one, state);
    }
  }

  async function beat(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const beganMs = clock.nowMs();
      // Before the read: whoever comes while Redis answers may have seen what it does not show.
      const everybody = audience.everybody();
      if (everybody.length === 0) break;
      const state = await readState();
      failures = state ? 0 : failures + 1;
      await visitAll(state, everybody);
      const backoff = failures > 0 ? Math.min(backoffMs(failures, Math.random()), BACKOFF_MS_MAX) : 0;
      const restMs = Math.max(FRAME_MS_MIN, backoff) - (clock.nowMs() - beganMs);
      await clock.pause(Math.max(restMs, TURN_MS), stopping.signal);
    }
    beating = undefined;
  }

  function admit(subscription: Subscription, address: string | undefined) {
    return stopping.signal.aborted ? "stopping" : audience.admit(subscription, address);
  }

  return {
    watch(subscription, address) {
      const one = admit(subscription, address);
      if (typeof one === "string") {
        metrics.streamRefused(one);
        return one;
      }
      beating ??= beat();
      return one.viewer.stream;
    },
    async stop() {
      stopping.abort();
      audience.dismiss();
      await beating;
    },
  };
}
