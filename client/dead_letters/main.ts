/**
 * `deno task dead-letters`: look at the records that could not be stored, and replay them. Results go to standard
 * output, everything else to standard error.
 *
 * Exit codes: 0 done; 1 failed; 2 wrong arguments or settings.
 */
import process from "node:process";
import { pino } from "pino";
import { readEnvironment } from "../../shared/config/environment.ts";
import { createLogger, type Logger } from "../../shared/log/logger.ts";
import { complain, print, reasonOf } from "../terminal.ts";
import { ArgumentsError, parseCommand, USAGE } from "./arguments.ts";
import { type DeadLettersConfig, deadLettersSettings, parseDeadLettersConfig } from "./config.ts";
import { runCommand } from "./run_command.ts";

async function main(args: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const command = parseCommand(args);
    if (command.kind === "help") {
      print(USAGE);
      return 0;
    }
    const config = readConfig();
    if (!config) return 2;
    const destination = pino.destination({ fd: 2, sync: true });
    const log = createLogger({ program: "dead_letters", level: config.logLevel, destination });
    routeWarnings(log);
    return await runCommand(command, { config, write: print, log, signal: stopSignal() });
  } catch (error) {
    // Whoever read the lines, `head` for one, has seen enough.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    complain(reasonOf(error));
    if (!(error instanceof ArgumentsError)) return 1;
    complain(USAGE);
    return 2;
  }
}

/** Tells of every problem at once and returns undefined. */
function readConfig(): DeadLettersConfig | undefined {
  let problems: readonly string[];
  try {
    const parsed = parseDeadLettersConfig(readEnvironment(deadLettersSettings));
    if (parsed.ok) return parsed.config;
    problems = parsed.problems;
  } catch (error) {
    problems = [reasonOf(error)];
  }
  problems.forEach(complain);
  return undefined;
}

/** The runtime's own warnings become log lines: kafkajs sets timers to the past, which is harmless, but said often. */
function routeWarnings(log: Logger): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => log.debug("runtime_warned", { warning: name, message }));
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopping.abort(new Error(`Stop: got ${signal}`)));
  }
  return stopping.signal;
}

Deno.exit(await main(Deno.args));
