/**
 * One program of CAST as a process of its own, with the permissions it is deployed with, so that a test can kill it.
 * Started without `deno task` in between: SIGKILL must reach the program and nothing else.
 */
import { TextLineStream } from "./text_lines.ts";
import { apiSettings } from "../../api/config.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import type { Settings } from "../../shared/config/parse.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { relaySettings } from "../../workers/outbox_relay/config.ts";
import { rotatorSettings } from "../../workers/ticket_rotator/config.ts";
import { persisterSettings } from "../../workers/vote_persister/config.ts";

export type ProgramName = "api" | "ticket_rotator" | "outbox_relay" | "vote_persister";

const ROOT = new URL("../../", import.meta.url);
const PROGRAMS: Readonly<Record<ProgramName, { settings: Settings; main: string }>> = {
  api: { settings: apiSettings, main: "api/main.ts" },
  ticket_rotator: { settings: rotatorSettings, main: "workers/ticket_rotator/main.ts" },
  outbox_relay: { settings: relaySettings, main: "workers/outbox_relay/main.ts" },
  vote_persister: { settings: persisterSettings, main: "workers/vote_persister/main.ts" },
};
/** Lines kept for a failing test to show. */
const LINES_MAX = 2000;

/** One line of a program's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string };

export interface RunningProgram {
  readonly name: ProgramName;
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Resolves with the first line of an event, also one that was logged before. */
  logged(event: string): Promise<LogLine>;
  /** Sends the signal and resolves with the exit code. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number>;
  signal(signal: Deno.Signal): void;
  /** Resolves when /readyz answers 200. */
  whenReady(): Promise<void>;
}

export function startProgram(name: ProgramName, environment: Record<string, string>): RunningProgram {
  const { settings, main } = PROGRAMS[name];
  // Port 0: any number of copies side by side.
  const ports = { CAST_OPS_PORT: "0", CAST_API_PORT: "0" };
  const env = { ...ports, CAST_LOG_LEVEL: "info", OTEL_SERVICE_NAME: `cast-${name}`, ...environment };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--quiet", ...permissionFlags(settings, env), main],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: LogLine[] = [];
  const reading = readLines(child.stdout, lines);
  const find = (event: string) => lines.find((line) => line.event === event);
  const logged = (event: string) =>
    waitFor(() => find(event), { what: `${name} to log ${event}`, withinMs: 60_000 });

  return {
    name,
    pid: child.pid,
    lines,
    logged,
    signal: (signal) => child.kill(signal),
    async stop(signal) {
      child.kill(signal);
      const { code } = await child.status;
      await reading;
      return code;
    },
    async whenReady() {
      const { opsPort } = await logged("program_started");
      await waitFor(() => isReady(Number(opsPort)), { what: `${name} to be ready`, withinMs: 60_000 });
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>, lines: LogLine[]): Promise<void> {
  for await (const line of stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
    lines.push(JSON.parse(line));
    if (lines.length > LINES_MAX) lines.shift();
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
