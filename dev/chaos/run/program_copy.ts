/**
 * One copy of a program, kept alive: one that dies is started again, as any orchestrator would, and both are counted.
 */
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import { createBackoff } from "./restart_backoff.ts";
import type { ControlLine } from "../programs/control_line.ts";
import { type ProgramChild, type ProgramName, startProgramChild } from "./program_child.ts";
import type { LogLine, Sightings } from "./sightings.ts";

export interface ProgramCopyOptions {
  readonly name: ProgramName;
  /** 1 or 2. */
  readonly copy: number;
  readonly root: string;
  readonly logFolder: string;
  readonly pidFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly sightings: Sightings;
}

export interface ProgramCopy {
  readonly name: ProgramName;
  /** `<name>_<copy>`: its client name at the stores' proxies, and its source among the sightings. */
  readonly id: string;
  /** Of its newest life, which may be over; undefined before the first. */
  pid(): number | undefined;
  tell(line: ControlLine): void;
  kill(): void;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Ended as an operator would, and started again with these settings over its own. */
  restart(environment: Readonly<Record<string, string>>): Promise<void>;
  /** Of the present life: undefined until its ops port, or the API's port, is known. */
  ports(): { readonly ops?: number; readonly api?: number };
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const STOP_MS_MAX = 10_000;
const READY_MS_MAX = 2000;
/** From its end until it is there again, however often it dies meanwhile. */
export const RESTARTED_MS_MAX = 60_000;

export function startProgramCopy(options: ProgramCopyOptions): ProgramCopy {
  const { name, copy, root, logFolder, pidFolder, sightings } = options;
  const id = `${name}_${copy}`;
  const stopping = new AbortController();
  let environment = options.environment;
  let ports: { ops?: number; api?: number } = {};
  let isExpected = false;
  let child: ProgramChild | undefined;
  let starting: Promise<ProgramChild> | undefined;
  let started = Promise.withResolvers<void>();

  function onLine(line: LogLine): void {
    if (line.event === "api_listening") ports.api = Number(line["port"]);
    if (line.event === "program_started") {
      ports.ops = Number(line["opsPort"]);
      started.resolve();
    }
    sightings.add(id, line);
  }

  async function live(): Promise<void> {
    const backoff = createBackoff(stopping.signal);
    while (!stopping.signal.aborted) {
      ports = {};
      isExpected = false;
      const logPath = `${logFolder}/${id}.log`;
      starting = startProgramChild({ name, id, root, environment, logPath, pidFolder, onLine });
      child = await starting;
      const how = await child.exited;
      if (!isExpected) sightings.add("runner", { event: "program_died", program: name, how });
      await backoff.wait({ isExpected });
    }
  }

  async function end(): Promise<void> {
    isExpected = true;
    const dying = await starting;
    if (!dying) return;
    // One that was paused would not hear the first.
    dying.signal("SIGTERM");
    dying.signal("SIGCONT");
    const timer = setTimeout(() => dying.signal("SIGKILL"), STOP_MS_MAX);
    await dying.exited;
    clearTimeout(timer);
  }

  const living = live();
  return {
    name,
    id,
    pid: () => child?.pid,
    tell: (line) => child?.tell(line),
    kill: () => child?.signal("SIGKILL"),
    pause: () => child?.signal("SIGSTOP"),
    resume: () => child?.signal("SIGCONT"),
    ports: () => ports,
    async restart(changed) {
      environment = { ...environment, ...changed };
      started = Promise.withResolvers();
      await end();
      await withinDeadline(() => started.promise, { ms: RESTARTED_MS_MAX, what: `Restart ${id}` });
    },
    isReady: () => isReady(ports.ops),
    async stop() {
      stopping.abort();
      await end();
      await living;
    },
  };
}

async function isReady(port: number | undefined): Promise<boolean> {
  if (port === undefined) return false;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(READY_MS_MAX),
    });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
