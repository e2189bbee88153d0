/**
 * Runs an ordinary command-line client (npm, mvn, tar, initdb) to its end and turns a failure into one error that shows
 * the last lines it printed.
 */
import type { User } from "./child.ts";
import { SetupError } from "./setup_error.ts";

const SHOWN_LINES = 12;

export interface ClientOptions {
  /** What is being done, the beginning of the error's sentence. */
  action: string;
  args: string[];
  /** What to install when the command is not there. */
  install: string;
  workingFolder?: string;
  environment?: Record<string, string>;
  user?: User | undefined;
  stdin?: string;
  signal?: AbortSignal | undefined;
}

/** Answers with what it printed. */
export async function runClient(command: string, options: ClientOptions): Promise<string> {
  const child = spawnClient(command, options);
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { success, code, stdout, stderr } = await child.output();
  const [printed, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (success) return printed ?? "";
  const last = `${printed}\n${complained}`.trim().split("\n").slice(-SHOWN_LINES).join("\n  ");
  throw new SetupError(`${options.action}: ${command} ended with code ${code} and said\n  ${last}`);
}

function spawnClient(command: string, options: ClientOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(command, {
      args: options.args,
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      ...(options.workingFolder ? { cwd: options.workingFolder } : {}),
      ...(options.environment ? { env: options.environment } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
      ...options.user,
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new SetupError(`${options.action}: ${options.install}`, { cause });
  }
}
