/**
 * A process that the stack starts: a store or one of the four programs.
 *
 * It is the leader of a session of its own, so a Ctrl-C at the terminal reaches the launcher alone, which then stops
 * everything in order. It never outlives a launcher that exits by itself, in whatever haste; what a launcher killed by
 * SIGKILL leaves behind is the business of pid_file.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { pause } from "./backoff.ts";

export interface User {
  uid: number;
  gid: number;
}

export interface ChildOptions {
  command: string;
  args: string[];
  /** The whole environment: nothing is inherited. */
  environment: Record<string, string>;
  /**
   * Where its output goes: appended to a file, by the process itself, which so neither blocks nor breaks when the launcher
   * dies; or to the launcher as it comes, its error output with the rest unless it is told apart.
   */
  output: { path: string } | { onText: (text: string) => void; onErrorText?: (text: string) => void };
  /** Whether it can be told something by `write`; its input then closes when the launcher ends. */
  takesInput?: boolean;
  workingFolder: string;
  user?: User | undefined;
}

export interface Child {
  pid: number;
  /** Settles with "exit code 1" or "signal SIGKILL" when the process is gone. */
  exited: Promise<string>;
  hasExited(): boolean;
  /** Signals the process itself, or with `group` everything that it started and that stayed in its session. */
  signal(name: Deno.Signal, options?: { group: boolean }): void;
}

export interface SpawnedChild extends Child {
  /** To its standard input; lost when the process is gone, or takes none. */
  write(text: string): void;
}

export function spawnChild(options: ChildOptions): Promise<SpawnedChild> {
  const log = "path" in options.output ? openSync(options.output.path, "a", 0o600) : undefined;
  const child = spawn(options.command, options.args, {
    cwd: options.workingFolder,
    env: options.environment,
    stdio: [options.takesInput ? "pipe" : "ignore", log ?? "pipe", log ?? "pipe"],
    detached: true,
    ...options.user,
  });
  if (log !== undefined) closeSync(log);
  if ("onText" in options.output) {
    const { onText, onErrorText = onText } = options.output;
    child.stdout?.setEncoding("utf8").on("data", onText);
    child.stderr?.setEncoding("utf8").on("data", onErrorText);
  }
  // A pipe whose reader was killed a moment ago breaks: its end is told by `exited`.
  child.stdin?.on("error", () => {});
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new Error(`Start "${options.command}": ${cause.message}`, { cause }));
    });
    child.once("spawn", () => {
      const pid = child.pid;
      if (pid === undefined) return reject(new Error(`Start "${options.command}": it got no pid`));
      resolve(follow(child, pid));
    });
  });
}

function follow(child: ChildProcess, pid: number): SpawnedChild {
  const killGroup = () => signalPid(-pid, "SIGKILL");
  globalThis.addEventListener("unload", killGroup);
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = true;
      globalThis.removeEventListener("unload", killGroup);
      resolve(signal ? `signal ${signal}` : `exit code ${code}`);
    });
  });
  return {
    pid,
    exited,
    hasExited: () => ended,
    signal: (name, { group } = { group: false }) => signalPid(group ? -pid : pid, name),
    write: (text) => void (ended || child.stdin?.write(text)),
  };
}

/** Asks with a signal, waits to the deadline, then forces with SIGKILL; says how the process ended. */
export async function stopChild(
  child: Child,
  options: { signal: Deno.Signal; deadlineMs: number },
): Promise<string> {
  if (!child.hasExited()) child.signal(options.signal);
  const tooLate = new AbortController();
  const ended = await Promise.race([
    child.exited,
    pause(options.deadlineMs, tooLate.signal).catch(() => undefined),
  ]);
  tooLate.abort();
  // The group, since what a killed process had started would live on without it.
  child.signal("SIGKILL", { group: true });
  return ended ?? `${await child.exited} after ${options.deadlineMs} ms`;
}

/** Signals a pid, or a group by its negative; one that is gone is no error. */
export function signalPid(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && (error as { code?: string }).code !== "ESRCH") {
      throw error;
    }
  }
}
