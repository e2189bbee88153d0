/**
 * What both launchers share: signals, and one sentence instead of a stack for what the person can put right.
 */
import { SetupError } from "./setup_error.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** One Ctrl-C comes twice: from the terminal, which signals the whole group, and from `deno task`, which passes it on. */
const SAME_KEY_MS = 500;
/** What a shell reports for a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/**
 * Runs `main` with a signal that fires at the first Ctrl-C, then exits with its code; a second Ctrl-C exits at once. Always
 * by Deno.exit, an error that nobody caught included: only then are the children killed that still run (child.ts).
 */
export async function launch(main: (stopping: AbortSignal) => Promise<number>): Promise<never> {
  const stopping = new AbortController();
  let firstAt = 0;
  for (const name of SIGNALS) {
    Deno.addSignalListener(name, () => {
      if (!stopping.signal.aborted) firstAt = performance.now();
      else if (performance.now() - firstAt > SAME_KEY_MS) Deno.exit(INTERRUPTED);
      stopping.abort(new DOMException(`Stop: ${name}`, "AbortError"));
    });
  }
  globalThis.addEventListener("error", (event) => exitWith(event.error));
  globalThis.addEventListener("unhandledrejection", (event) => exitWith(event.reason));
  try {
    Deno.exit(await main(stopping.signal));
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) Deno.exit(INTERRUPTED);
    exitWith(error);
  }
}

function exitWith(error: unknown): never {
  console.error(error instanceof SetupError ? error.message : error);
  Deno.exit(1);
}
