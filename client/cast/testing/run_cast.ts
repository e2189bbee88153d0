/** `cast` in this process: what it wrote, and how it ended. The environment is the test's alone. */
import type { Environment } from "../../../shared/config/parse.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { runCast } from "../program.ts";
import { createScreen, type OutputStream, type Screen } from "../screen.ts";

export interface Ran {
  readonly code: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Environment;
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
  /** Told of all of standard output, each time that it grows. */
  readonly onOutput?: (text: string) => void;
}

export async function cast(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { environment = {}, isTerminal = false, signal = new AbortController().signal, onOutput } = options;
  const { screen, stdout, stderr } = createTestScreen({ isTerminal, ...(onOutput ? { onOutput } : {}) });
  const log = createSilentLogger();
  const code = await runCast(args, {
    screen,
    signal,
    environment: () => environment,
    log: () => log,
  });
  return { code, stdout: stdout(), stderr: stderr() };
}

export function createTestScreen(
  { isTerminal, noColor, onOutput }: {
    isTerminal: boolean;
    noColor?: string;
    onOutput?: (text: string) => void;
  },
): { screen: Screen; stdout: () => string; stderr: () => string } {
  const [out, err] = [createSink(isTerminal, onOutput), createSink(isTerminal)];
  const screen = createScreen({
    stdout: out.stream,
    stderr: err.stream,
    noColor,
    term: "xterm-256color",
    columns: () => 60,
  });
  return { screen, stdout: out.text, stderr: err.text };
}

function createSink(
  isTerminal: boolean,
  onOutput: (text: string) => void = () => {},
): { stream: OutputStream; text: () => string } {
  let bytes = new Uint8Array();
  const text = () => new TextDecoder().decode(bytes);
  const writeSync = (more: Uint8Array) => {
    // A pipe that is nearly full takes a part.
    const taken = more.subarray(0, Math.max(1, Math.ceil(more.length / 2)));
    bytes = new Uint8Array([...bytes, ...taken]);
    onOutput(text());
    return taken.length;
  };
  return {
    stream: { writeSync, write: (more) => Promise.resolve(writeSync(more)), isTerminal: () => isTerminal },
    text,
  };
}
