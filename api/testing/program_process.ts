/** A program of CAST as a process of its own, with the permissions that its settings give it and no other. */
import { waitFor } from "../../shared/testing/wait_for.ts";

export interface ProgramProcess extends AsyncDisposable {
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  /** Everything that it has printed so far. */
  output(): string;
  /** Returns the first match in what it prints; fails when it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface ProgramOptions {
  /** Of `deno`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export function startProgram({ args, environment }: ProgramOptions): ProgramProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    clearEnv: true,
    env: { ...withoutSettings(Deno.env.toObject()), ...environment, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  let ended = false;
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    for await (
      const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    ) {
      text += chunk;
    }
  };
  const collecting = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const status = child.status.finally(() => void (ended = true));
  return {
    pid: child.pid,
    status,
    output: () => text,
    async printed(pattern) {
      return await waitFor(() => {
        const match = pattern.exec(text);
        if (!match && ended) throw new Error(`Read ${pattern} from a program: it ended with ${text}`);
        return match ?? undefined;
      }, { what: `${pattern} from a program` });
    },
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await status;
      await collecting;
    },
  };
}

/** The stores of the test run must not reach a program that the test tells of others. */
function withoutSettings(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("CAST_")));
}
