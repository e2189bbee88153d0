/** One run of redis-benchmark with a command of ours. */
import { requireTool } from "../run/tools.ts";

export interface RedisBenchmarkOptions {
  readonly url: URL;
  readonly command: readonly string[];
  readonly requests: number;
  readonly clients: number;
  readonly pipeline: number;
  readonly signal: AbortSignal;
}

/** Returns commands a second; throws `ToolMissingError` without the tool. */
export async function runRedisBenchmark(options: RedisBenchmarkOptions): Promise<number> {
  const { url, command, requests, clients, pipeline, signal } = options;
  const { code, stdout, stderr } = await new Deno.Command(requireTool("redis-benchmark"), {
    args: ["-u", url.href, "-n", `${requests}`, "-c", `${clients}`, "-P", `${pipeline}`, "-q", ...command],
    stdin: "null",
    signal,
  }).output();
  signal.throwIfAborted();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) {
    throw new Error(`Run redis-benchmark: exit code ${code}: ${new TextDecoder().decode(stderr)}`);
  }
  return parseRedisBenchmark(text);
}

/** Reads the last rate of `-q`, which writes its progress before it. */
export function parseRedisBenchmark(text: string): number {
  const rate = Number([...text.matchAll(/([\d.]+) requests per second/g)].at(-1)?.[1]);
  if (!(rate > 0)) throw new Error(`Read the result of redis-benchmark: wanted a rate, got "${text.trim()}"`);
  return rate;
}
