/**
 * One store as a native process that can be started, killed and started again on the same port with the same data.
 */
import { type Child, spawnChild, stopChild, type User } from "./child.ts";
import { backoffMs, pause } from "./backoff.ts";
import { removePidFile, writePidFile } from "./pid_file.ts";
import { SetupError } from "./setup_error.ts";
import type { Loss, StoreControl } from "./store.ts";
import { waitUntil } from "./wait_until.ts";

const READY_DEADLINE_MS = 60_000;
const LOG_TAIL_LINES = 8;
const LOG_TAIL_BYTES = 16_384;

export interface ServerOptions {
  /** Of its pid file, and in errors. */
  name: string;
  command: string;
  args: string[];
  environment: Record<string, string>;
  user?: User | undefined;
  logPath: string;
  pidFolder: string;
  workingFolder: string;
  stopSignal: Deno.Signal;
  stopDeadlineMs: number;
  /** How often it is started before its end counts as a failure. */
  startAttemptsMax: number;
  /** Whether it is this very process that answers, and not another one that sits on the port. */
  isReady: (pid: number) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/** A store that is a process of our own, and so can be signalled. */
export interface StoreServer extends StoreControl {
  /** Of the process that runs; undefined while none does. */
  pid(): number | undefined;
  /** Signals the process and everything that it started and that stayed in its session. */
  signal(name: Deno.Signal): void;
  lost(): Promise<Loss>;
  /** Another signal than its own asks it to stop in another way. */
  stop(signal?: Deno.Signal): Promise<void>;
}

export function createServer(options: ServerOptions): StoreServer {
  let child: Child | undefined;
  let isWanted = false;
  let loss = Promise.withResolvers<Loss>();

  async function start(): Promise<void> {
    if (child && !child.hasExited()) return;
    for (let attempt = 0;; attempt++) {
      child = await spawnChild({ ...options, output: { path: options.logPath } });
      await writePidFile(options.pidFolder, { name: options.name, pid: child.pid });
      const end = await untilReadyOrGone(child, options);
      if (end === "ready") {
        isWanted = true;
        return watch(child);
      }
      if (attempt + 1 >= options.startAttemptsMax) {
        throw await startError(options, `it ended with ${end}`);
      }
      await pause(backoffMs(attempt, { firstMs: 100, capMs: 1_000 }), options.signal);
    }
  }

  /** Notices its end, unless that was asked for. */
  function watch(one: Child): void {
    one.exited.then(async (how) => {
      if (one !== child || !isWanted) return;
      isWanted = false;
      const { resolve } = loss;
      loss = Promise.withResolvers();
      resolve({ how, logPath: options.logPath, logTail: await readLogTail(options.logPath) });
    }).catch(loss.reject);
  }

  async function stop(signal = options.stopSignal): Promise<void> {
    isWanted = false;
    if (!child) return;
    await stopChild(child, { signal, deadlineMs: options.stopDeadlineMs });
    await removePidFile(options.pidFolder, options.name);
  }

  async function kill(): Promise<void> {
    isWanted = false;
    if (!child) return;
    child.signal("SIGKILL", { group: true });
    await child.exited;
    await removePidFile(options.pidFolder, options.name);
  }

  const pid = () => child?.hasExited() ? undefined : child?.pid;
  const signal = (name: Deno.Signal) => {
    if (!child?.hasExited()) child?.signal(name, { group: true });
  };
  return { start, stop, kill, pid, signal, lost: () => loss.promise };
}

async function untilReadyOrGone(child: Child, options: ServerOptions): Promise<string> {
  try {
    await waitUntil(async () => child.hasExited() || await options.isReady(child.pid), {
      what: `${options.name} answers`,
      deadlineMs: READY_DEADLINE_MS,
      signal: options.signal,
    });
  } catch (error) {
    await stopChild(child, { signal: "SIGKILL", deadlineMs: options.stopDeadlineMs });
    options.signal?.throwIfAborted();
    throw await startError(options, error instanceof Error ? error.message : `${error}`);
  }
  return child.hasExited() ? await child.exited : "ready";
}

/** What a person can judge: the store's own last words, and where the rest is. */
async function startError(options: ServerOptions, reason: string): Promise<SetupError> {
  const tail = (await readLogTail(options.logPath)).map((line) => `\n  ${line}`).join("");
  return new SetupError(
    `Start ${options.name}: ${reason}; its log is ${options.logPath}, and ends with${tail}`,
  );
}

async function readLogTail(path: string): Promise<string[]> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  await file.seek(Math.max(0, size - LOG_TAIL_BYTES), Deno.SeekMode.Start);
  const text = await new Response(file.readable).text();
  return text.trimEnd().split("\n").slice(-LOG_TAIL_LINES);
}
