/**
 * Keeps one program running: starts it, waits until it is ready, starts it again when it has ended or when its source has
 * changed, until told to stop.
 *
 * One loop owns the process. A change only asks the loop to go round, so that however many changes come while the program
 * restarts, it restarts once more and not in parallel.
 */
import { backoffMs, pause } from "./backoff.ts";
import { type Child, stopChild } from "./child.ts";

const BACKOFF = { firstMs: 250, capMs: 10_000 };
const READY_POLL = { firstMs: 50, capMs: 500 };
const STOP_DEADLINE_MS = 15_000;
/** A program that was ready this long is well again: its next end counts as the first. */
const WELL_MS = 10_000;

export interface SupervisorOptions {
  start: () => Promise<Child>;
  /** Asked until it says yes, after every start. */
  isReady: () => Promise<boolean>;
  report: (state: string) => void;
  stopping: AbortSignal;
  random?: () => number;
}

export interface Supervisor {
  /** Settles when the program is ready for the first time. */
  ready: Promise<void>;
  /** Settles when it has stopped for good; rejects when it could not be started at all. */
  stopped: Promise<void>;
  restart(reason: string): void;
}

export function superviseProgram(options: SupervisorOptions): Supervisor {
  const firstReady = Promise.withResolvers<void>();
  const stopping = whenAborted(options.stopping);
  let change = Promise.withResolvers<void>();

  async function keepRunning(): Promise<void> {
    for (let failures = 0; !options.stopping.aborted;) {
      // A change before this moment is in the source that starts now.
      change = Promise.withResolvers();
      const changed = change.promise;
      const life = await liveOnce(options, { changed, stopping, onReady: firstReady.resolve });
      failures = life.end !== "died" ? 0 : life.readyMs >= WELL_MS ? 1 : failures + 1;
      if (life.end !== "died") continue;
      const waitMs = backoffMs(failures - 1, {
        ...BACKOFF,
        ...(options.random ? { random: options.random } : {}),
      });
      options.report(`ended with ${life.how}, starting again in ${waitMs} ms`);
      // A changed source need not wait: it may be what mends the program.
      await Promise.race([pause(waitMs, options.stopping).catch(() => {}), changed]);
    }
  }

  return {
    ready: firstReady.promise,
    stopped: keepRunning(),
    restart: (reason) => {
      options.report(`${reason}, starting again`);
      change.resolve();
    },
  };
}

interface Life {
  end: "died" | "changed" | "stopping";
  how: string;
  readyMs: number;
}

/** One life of the program, from its start until nothing of it runs any more. */
async function liveOnce(
  options: SupervisorOptions,
  events: { changed: Promise<void>; stopping: Promise<void>; onReady: () => void },
): Promise<Life> {
  options.report("starting");
  const child = await options.start();
  const over = new AbortController();
  let readySince: number | undefined;
  const watching = watchReadiness(options, over.signal).then((ready) => {
    if (!ready) return;
    readySince = performance.now();
    options.report("ready");
    events.onReady();
  });
  const end = await Promise.race([
    child.exited.then(() => "died" as const),
    events.changed.then(() => "changed" as const),
    events.stopping.then(() => "stopping" as const),
  ]);
  over.abort();
  const how = await stopChild(child, { signal: "SIGTERM", deadlineMs: STOP_DEADLINE_MS });
  await watching;
  return { end, how, readyMs: readySince === undefined ? 0 : performance.now() - readySince };
}

/** Asks until the program is ready; false when its life was over first. */
async function watchReadiness(options: SupervisorOptions, over: AbortSignal): Promise<boolean> {
  for (let attempt = 0; !over.aborted; attempt++) {
    if (await options.isReady()) return !over.aborted;
    await pause(backoffMs(attempt, READY_POLL), over).catch(() => {});
  }
  return false;
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
