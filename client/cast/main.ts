/**
 * `cast`: the command line of CAST. Results go to standard output, everything else to standard error.
 *
 * Exit codes: 0 all is well; 1 a difference, or a refusal; 2 wrong use, or what is needed cannot be reached.
 */
import process from "node:process";
import { pino } from "pino";
import { devStores } from "../../shared/config/dev_stores.ts";
import { readEnvironment } from "../../shared/config/environment.ts";
import type { Environment, Settings } from "../../shared/config/parse.ts";
import { createLogger } from "../../shared/log/logger.ts";
import type { CastContext } from "./context.ts";
import { runCast } from "./program.ts";
import { createScreen } from "./screen.ts";

const COLUMNS = 80;

function createContext(): CastContext {
  const screen = createScreen({
    stdout: Deno.stdout,
    stderr: Deno.stderr,
    noColor: Deno.env.get("NO_COLOR"),
    term: Deno.env.get("TERM"),
    columns,
  });
  return {
    screen,
    signal: stopSignal(),
    environment(settings: Settings, { dev = true } = {}): Environment {
      const environment = readEnvironment(settings);
      return dev ? devStores(settings, environment).environment : environment;
    },
    log: ({ program, level }) =>
      createLogger({ program, level, destination: pino.destination({ fd: 2, sync: true }) }),
  };
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // No terminal.
    return COLUMNS;
  }
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      // Whoever asks twice does not want to wait for what is being put in order.
      if (stopping.signal.aborted) Deno.exit(2);
      stopping.abort(new Error(`Stop: got ${signal}`));
    });
  }
  return stopping.signal;
}

// kafkajs sets timers to the past, which is harmless, and said often.
process.removeAllListeners("warning");
Deno.exit(await runCast(Deno.args, createContext()));
