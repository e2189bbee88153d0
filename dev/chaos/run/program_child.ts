/**
 * One program of CAST as a child of the fault runner: its lines are read, its orders go in by standard input. It ends with
 * the runner, whose end of the pipe then closes; one that is frozen cannot hear that, so the runner kills it as it exits,
 * and its pid file tells the next run of what a runner killed by SIGKILL left.
 */
import { appendFileSync } from "node:fs";
import { spawnChild } from "../../stack/child.ts";
import { removePidFile, writePidFile } from "../../stack/pid_file.ts";
import type { ControlLine } from "../programs/control_line.ts";
import { parseLogLine } from "./parse_log_line.ts";
import type { LogLine } from "./sightings.ts";

export const PROGRAM_NAMES = ["api", "ticket_rotator", "outbox_relay", "vote_persister"] as const;
export type ProgramName = typeof PROGRAM_NAMES[number];

export interface ProgramChildOptions {
  readonly name: ProgramName;
  /** Names its pid file. */
  readonly id: string;
  /** The source tree that is run: the checkout, or a copy with a bug in it. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the program prints is kept there. */
  readonly logPath: string;
  readonly pidFolder: string;
  readonly onLine: (line: LogLine) => void;
}

export interface ProgramChild {
  readonly pid: number;
  /** "SIGKILL", "exit code 1" and the like. */
  readonly exited: Promise<string>;
  tell(line: ControlLine): void;
  signal(name: Deno.Signal): void;
}

export async function startProgramChild(options: ProgramChildOptions): Promise<ProgramChild> {
  const { name, id, root, environment, logPath, pidFolder } = options;
  const child = await spawnChild({
    command: Deno.execPath(),
    args: [
      "run",
      "--frozen",
      "--quiet",
      "--no-prompt",
      "--allow-all",
      `dev/chaos/programs/${name}.ts`,
    ],
    environment: { ...environment },
    output: { onText: lineReader(options), onErrorText: (text) => appendFileSync(logPath, text) },
    takesInput: true,
    workingFolder: root,
  });
  const { pid } = child;
  await writePidFile(pidFolder, { name: id, pid });
  return {
    pid,
    exited: child.exited.then(async (how) => {
      await removePidFile(pidFolder, id);
      return how.replace(/^signal /, "");
    }),
    tell: (line) => child.write(`${JSON.stringify(line)}\n`),
    signal: (signal) => void (child.hasExited() || child.signal(signal)),
  };
}

function lineReader({ logPath, onLine }: ProgramChildOptions): (text: string) => void {
  let rest = "";
  return (text) => {
    appendFileSync(logPath, text);
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.map(parseLogLine)) if (line) onLine(line);
  };
}
