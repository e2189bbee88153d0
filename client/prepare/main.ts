/**
 * `deno task prepare`: migrates Postgres and makes the topics, as the owner of both, so that no program needs leave to.
 * What it did goes to standard output, everything else to standard error.
 *
 * Exit codes: 0 all is there; 1 a store did not do its part in time; 2 wrong arguments or settings.
 */
import process from "node:process";
import { pino } from "pino";
import { readEnvironment } from "../../shared/config/environment.ts";
import { createLogger, type Logger } from "../../shared/log/logger.ts";
import { complain, print, reasonOf } from "../terminal.ts";
import { ArgumentsError, parseCommand, USAGE } from "./arguments.ts";
import { parsePrepareConfig, type PrepareConfig, prepareSettings } from "./config.ts";
import { prepare } from "./prepare.ts";

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
    const log = createLogger({ program: "prepare", level: config.logLevel, destination });
    routeWarnings(log);
    await prepare(command, { config, write: print, log, signal: stopSignal() });
    return 0;
  } catch (error) {
    complain(reasonOf(error));
    if (!(error instanceof ArgumentsError)) return 1;
    complain(USAGE);
    return 2;
  }
}

/** Tells of every problem at once and returns undefined. */
function readConfig(): PrepareConfig | undefined {
  let problems: readonly string[];
  try {
    const parsed = parsePrepareConfig(readEnvironment(prepareSettings));
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
