/**
 * Keeps one program running: starts it, waits until it is ready, starts it again when it has ended or when its source has
 * changed, until told to stop. One that was killed on purpose stays down until it is started on purpose.
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
  /** SIGKILL, as a crash would; settles when the process is gone, and keeps it down. */
  kill(): Promise<void>;
  /** Ends what `kill` began; settles when the program is ready, or was told to stop. */
  start(): Promise<void>;
}

export function superviseProgram(options: SupervisorOptions): Supervisor {
  const firstReady = Promise.withResolvers<void>();
  const stopping = whenAborted(options.stopping);
  let change = Promise.withResolvers<void>();
  let ready = Promise.withResolvers<void>();
  let hold = createHold();

  async function keepRunning(): Promise<void> {
    for (let failures = 0; !options.stopping.aborted;) {
      // A change before this moment is in the source that starts now.
      change = Promise.withResolvers();
      const changed = change.promise;
      const onReady = () => {
        ready.resolve();
        firstReady.resolve();
      };
      const life = await liveOnce(options, { changed, killed: hold.begun, stopping, onReady });
      failures = life.end !== "died" ? 0 : life.readyMs >= WELL_MS ? 1 : failures + 1;
      if (life.end === "died") {
        const random = options.random ? { random: options.random } : {};
        const waitMs = backoffMs(failures - 1, { ...BACKOFF, ...random });
        options.report(`ended with ${life.how}, starting again in ${waitMs} ms`);
        // A changed source need not wait: it may be what mends the program.
        await Promise.race([pause(waitMs, options.stopping).catch(() => {}), changed, hold.begun]);
      }
      if (!hold.isOn()) continue;
      options.report("killed, down until it is started");
      hold.down.resolve();
      await Promise.race([hold.ended.promise, stopping]);
    }
  }

  return {
    ready: firstReady.promise,
    stopped: keepRunning(),
    restart: (reason) => {
      options.report(`${reason}, starting again`);
      change.resolve();
    },
    kill: async () => {
      hold.begin();
      await Promise.race([hold.down.promise, stopping]);
    },
    start: async () => {
      if (hold.isOn()) {
        ready = Promise.withResolvers();
        const former = hold;
        hold = createHold();
        former.down.resolve();
        former.ended.resolve();
      }
      await Promise.race([ready.promise, stopping]);
    },
  };
}

/** One time of being kept down on purpose, from `begin` on. */
function createHold() {
  const [begun, down, ended] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  let isOn = false;
  return {
    begun: begun.promise,
    down,
    ended,
    isOn: () => isOn,
    begin: () => {
      isOn = true;
      begun.resolve();
    },
  };
}

interface Life {
  end: "died" | "changed" | "killed" | "stopping";
  how: string;
  readyMs: number;
}

/** One life of the program, from its start until nothing of it runs any more. */
async function liveOnce(
  options: SupervisorOptions,
  events: { changed: Promise<void>; killed: Promise<void>; stopping: Promise<void>; onReady: () => void },
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
    events.killed.then(() => "killed" as const),
    events.changed.then(() => "changed" as const),
    events.stopping.then(() => "stopping" as const),
  ]);
  over.abort();
  // The group, since a program is a task and the process that the task started.
  if (end === "killed") child.signal("SIGKILL", { group: true });
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
