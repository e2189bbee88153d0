/** The collector's process, and what tells a program to send its traces there. */
import type { ReceivedSpan } from "./span.ts";

export interface Collector extends AsyncDisposable {
  readonly endpoint: string;
  /** What it has got so far. */
  spans(): Promise<ReceivedSpan[]>;
}

const MAIN = new URL("./main.ts", import.meta.url).pathname;

export async function startCollector(): Promise<Collector> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", MAIN],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const endpoint = `http://127.0.0.1:${JSON.parse(value ?? "").port}`;
  return {
    endpoint,
    spans: async () => await (await fetch(`${endpoint}/spans`)).json(),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** Deno's own variables; the service's name is added by who starts a program. */
export function tracingEnvironment(endpoint: string): Record<string, string> {
  return {
    OTEL_DENO: "true",
    OTEL_DENO_METRICS: "false",
    OTEL_DENO_CONSOLE: "ignore",
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
    OTEL_BSP_SCHEDULE_DELAY: "100",
    // A collector that never answers holds up the end of a program for as long as this.
    OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
  };
}
