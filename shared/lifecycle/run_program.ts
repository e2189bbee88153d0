/**
 * What all four programs share from start to exit: settings, log, signals, operations port, stop in order, exit code.
 * Called by `main.ts` alone, the only place where a process's environment and exit are touched.
 *
 * Exit codes: 0 stopped when asked; 1 could not start, could not go on, or did not stop cleanly; 2 wrong settings.
 */
import process from "node:process";
import { Registry } from "prom-client";
import { readEnvironment } from "../config/environment.ts";
import type { ConfigOf, Environment, ParseResult, Settings } from "../config/parse.ts";
import { createLogger, type Logger, type LogLevel } from "../log/logger.ts";
import { startProcessMetrics } from "../metrics/process_metrics.ts";
import { createOpsServer, type ReadinessCheck, STARTED } from "./ops_server.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";

/**
 * Less than any orchestrator's grace period: Kubernetes kills after 30 s, Compose after 10 s unless told otherwise. What
 * a program drains comes before it: the grace period must cover both.
 */
export const STOP_DEADLINE_MS = 8000;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
/** One Ctrl-C comes twice: from the terminal, which signals the whole group, and from `deno task`, which passes it on. */
const SAME_KEY_MS = 500;
/** 128 + SIGKILL, as a shell would say of a process that was not given the time to stop. */
const FORCED_EXIT_CODE = 137;

/** The settings that every program has. */
interface CommonConfig {
  readonly opsPort: number;
  readonly logLevel: LogLevel;
}

export interface ProgramContext<Config> {
  readonly config: Config;
  readonly log: Logger;
  /** What /metrics shows. */
  readonly registry: Registry;
  readonly shutdown: Shutdown;
}

export interface Program<S extends Settings> {
  readonly name: string;
  readonly settings: S;
  parse(environment: Environment): ParseResult<ConfigOf<S>>;
  /** Builds the program, adds its stop steps and returns what readiness looks at. Must not wait for any store. */
  start(context: ProgramContext<ConfigOf<S>>): readonly ReadinessCheck[] | Promise<readonly ReadinessCheck[]>;
}

/** Never returns: the process ends here. */
export async function runProgram<S extends Settings>(program: Program<S>): Promise<never> {
  const bootLog = createLogger({ program: program.name, level: "info" });
  const config = readConfig(program, bootLog);
  const log = createLogger({ program: program.name, level: config.logLevel });
  const shutdown = createShutdown({ log, deadlineMs: STOP_DEADLINE_MS });
  armSignals(shutdown, log);
  routeWarnings(log);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    shutdown.fail("unhandled_rejection", event.reason);
  });
  // Not awaited: a start that hangs must not keep the program from stopping.
  start(program, { config, log, registry: new Registry(), shutdown }).catch((error) =>
    shutdown.fail("start_failed", error)
  );
  Deno.exit(await shutdown.finished);
}

async function start<S extends Settings>(
  program: Program<S>,
  { config, log, registry, shutdown }: ProgramContext<ConfigOf<S> & CommonConfig>,
): Promise<void> {
  let started = false;
  const checks: ReadinessCheck[] = [{ name: STARTED, isReady: () => started }];
  const isStopping = () => shutdown.signal.aborted;
  const ops = createOpsServer({ port: config.opsPort, checks, registry, isStopping });
  shutdown.add("ops_server", () => ops.stop());
  const processMetrics = startProcessMetrics(registry, { program: program.name });
  shutdown.add("process_metrics", () => processMetrics.stop());
  checks.push(...await program.start({ config, log, registry, shutdown }));
  started = true;
  log.info("program_started", { opsPort: ops.port });
}

function readConfig<S extends Settings>(program: Program<S>, log: Logger): ConfigOf<S> & CommonConfig {
  let problems: readonly string[];
  try {
    const result = program.parse(readEnvironment(program.settings));
    // Every program's settings hold the common ones; the test of each config says so.
    if (result.ok) return result.config as ConfigOf<S> & CommonConfig;
    problems = result.problems;
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)];
  }
  for (const problem of problems) log.error("setting_wrong", { problem });
  Deno.exit(2);
}

function armSignals(shutdown: Shutdown, log: Logger): void {
  let firstAt: number | undefined;
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        shutdown.begin(signal);
      } else if (performance.now() - firstAt > SAME_KEY_MS) {
        log.warn("program_forced", { signal });
        Deno.exit(FORCED_EXIT_CODE);
      }
    });
  }
}

/** The runtime's own warnings become log lines: kafkajs sets timers to the past, which is harmless, but said often. */
function routeWarnings(log: Logger): void {
  process.removeAllListeners("warning");
  process.on(
    "warning",
    (warning) => log.debug("runtime_warned", { warning: warning.name, message: warning.message }),
  );
}
