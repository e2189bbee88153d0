/**
 * `deno task poll`: says what the poll is, and opens, closes, freezes and publishes it. Results go to standard output,
 * everything else to standard error.
 *
 * Exit codes: 0 every shard obeys; 1 failed, or a shard does not obey yet; 2 wrong arguments or settings.
 */
import { pino } from "pino";
import { readEnvironment } from "../../shared/config/environment.ts";
import { createLogger } from "../../shared/log/logger.ts";
import { complain, print, reasonOf } from "../terminal.ts";
import { ArgumentsError, parseCommand, USAGE } from "./arguments.ts";
import { parsePollConfig, type PollConfig, pollSettings } from "./config.ts";
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
    const log = createLogger({ program: "poll", level: config.logLevel, destination });
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
function readConfig(): PollConfig | undefined {
  let problems: readonly string[];
  try {
    const parsed = parsePollConfig(readEnvironment(pollSettings));
    if (parsed.ok) return parsed.config;
    problems = parsed.problems;
  } catch (error) {
    problems = [reasonOf(error)];
  }
  problems.forEach(complain);
  return undefined;
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopping.abort(new Error(`Stop: got ${signal}`)));
  }
  return stopping.signal;
}

Deno.exit(await main(Deno.args));
