/**
 * Runs the four programs side by side, each by its own task, so that what is tried here is what is deployed.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { spawnChild } from "./child.ts";
import type { Acts } from "./control.ts";
import { removePidFile, writePidFile } from "./pid_file.ts";
import { LOOPBACK } from "./ports.ts";
import { openProgramLog } from "./program_log.ts";
import type { Program } from "./programs.ts";
import { watchSource } from "./source_watch.ts";
import { superviseProgram, type Supervisor } from "./supervisor.ts";

const READY_DEADLINE_MS = 2_000;

export interface ProgramPlan {
  program: Program;
  opsPort: number;
  environment: Record<string, string>;
}

export interface RunnerOptions {
  checkout: Checkout;
  plans: ProgramPlan[];
  /** Where pid files lie; what an earlier launcher left there is stopped before. */
  pidFolder: string;
  logFolder: string;
  report: (program: Program, state: string) => void;
  /** Shows a line of a program's own. */
  show: (program: Program, line: string) => void;
  stopping: AbortSignal;
}

export interface Runner {
  /** Settles when each program is ready for the first time. */
  ready: Promise<void>;
  /** Settles when all have stopped, after the signal fired. */
  stopped: Promise<void>;
  control: ReadonlyMap<Program, Acts>;
}

export async function runPrograms(options: RunnerOptions): Promise<Runner> {
  await Promise.all(
    [options.pidFolder, options.logFolder].map((path) => Deno.mkdir(path, { recursive: true })),
  );
  // One that cannot even be started takes the others with it.
  const failed = new AbortController();
  const stopping = AbortSignal.any([options.stopping, failed.signal]);
  const supervised = new Map(
    options.plans.map((plan) => [plan.program, supervise(plan, { ...options, stopping })]),
  );
  const watch = await watchSource(options.checkout.root, (programs, path) => {
    for (const program of programs) supervised.get(program)?.supervisor.restart(`${path} changed`);
  });
  const all = [...supervised.values()];
  const finish = async () => {
    await Promise.all(all.map(({ supervisor }) => supervisor.stopped.catch((error) => failed.abort(error))));
    watch.stop();
    for (const { close } of all) await close();
    if (failed.signal.aborted) throw failed.signal.reason;
  };
  return {
    ready: Promise.all(all.map(({ supervisor }) => supervisor.ready)).then(() => {}),
    stopped: finish(),
    control: new Map(
      [...supervised].map(([program, { supervisor }]) => [
        program,
        { kill: supervisor.kill, start: supervisor.start },
      ]),
    ),
  };
}

function supervise(
  plan: ProgramPlan,
  options: RunnerOptions,
): { supervisor: Supervisor; close: () => Promise<void> } {
  const { program } = plan;
  const log = openProgramLog({
    path: join(options.logFolder, `${program}.log`),
    show: (line) => options.show(program, line),
  });
  const supervisor = superviseProgram({
    start: async () => {
      const child = await spawnChild({
        command: Deno.execPath(),
        args: ["task", "--quiet", program],
        environment: plan.environment,
        output: { onText: log.write },
        workingFolder: options.checkout.root,
      });
      await writePidFile(options.pidFolder, { name: program, pid: child.pid });
      return child;
    },
    isReady: () => isReady(plan.opsPort),
    report: (state) => options.report(program, state),
    stopping: options.stopping,
  });
  const close = async () => {
    log.close();
    await removePidFile(options.pidFolder, program);
  };
  return { supervisor, close };
}

async function isReady(opsPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${LOOPBACK}:${opsPort}/readyz`, {
      signal: AbortSignal.timeout(READY_DEADLINE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
