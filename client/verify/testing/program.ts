/** Programs of CAST as processes of their own, with the flags that `deno task` gives them and the environment of a test. */
import { waitFor } from "../../../shared/testing/wait_for.ts";

const ROOT = new URL("../../../", import.meta.url);
/** As the tasks of client/ are started: what is set counts, then what the running `deno task dev` has written. */
const DEV_ENVIRONMENT = "--env-file=.cast/dev/environment";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Its `CAST_*` variables; of this process it inherits all others. */
  readonly environment?: Record<string, string>;
  readonly args?: readonly string[];
  /** Where tasks run: the project's folder unless told otherwise. */
  readonly folder?: string | URL;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  { args = [], ...options }: ProgramOptions = {},
): Promise<Ended> {
  const flags = await flagsOf(program, options);
  return await run([...flags, main(program), ...args], options);
}

/** Starts a program; it is killed when the returned value is disposed of. */
export async function startProgram(
  program: string,
  options: ProgramOptions = {},
): Promise<AsyncDisposable> {
  const flags = await flagsOf(program, options);
  const child = command([...flags, main(program)], { ...options, output: "null" }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await waitFor(() => child.status.then(() => true), { what: `${program} to end` });
    },
  };
}

/** The flags that `deno task` starts a program with. */
export async function flagsOf(program: string, options: ProgramOptions = {}): Promise<string[]> {
  const script = new URL(`${program}/permissions.ts`, ROOT).pathname;
  const { code, stdout, stderr } = await run(["--allow-env", "--allow-read", script], options);
  if (code !== 0) throw new Error(`Ask for the flags of ${program}: got ${stderr}`);
  return stdout.trim().split(" ");
}

function main(program: string): string {
  return new URL(`${program}/main.ts`, ROOT).pathname;
}

async function run(args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const { code, stdout, stderr } = await command(args, { ...options, output: "piped" }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

function command(
  args: readonly string[],
  { environment = {}, folder = ROOT, output }: ProgramOptions & { output: "piped" | "null" },
): Deno.Command {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("CAST_"));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--quiet", DEV_ENVIRONMENT, ...args],
    cwd: folder,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdin: "null",
    stdout: output,
    stderr: output,
  });
}
