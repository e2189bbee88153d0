/** One run of wrk: 64 connections that each wait for their answer, from one thread. */
import { requireTool } from "./tools.ts";

export interface WrkResult {
  /** Requests that were answered. */
  readonly requests: number;
  readonly perSecond: number;
}

export const CONNECTIONS = 64;

export interface WrkOptions {
  readonly url: string;
  /** Lua: what to send. */
  readonly script: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Throws `ToolMissingError` without wrk, and for a run in which any request failed. */
export async function runWrk({ url, script, seconds, signal }: WrkOptions): Promise<WrkResult> {
  const wrk = requireTool("wrk");
  const path = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    await Deno.writeTextFile(path, script);
    const { code, stdout, stderr } = await new Deno.Command(wrk, {
      args: ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", path, url],
      stdin: "null",
      signal,
    }).output();
    signal.throwIfAborted();
    const text = new TextDecoder().decode(stdout);
    if (code !== 0) throw new Error(`Run wrk: exit code ${code}: ${new TextDecoder().decode(stderr)}${text}`);
    return parseWrk(text);
  } finally {
    await Deno.remove(path);
  }
}

/** Reads what wrk prints. Throws for failed requests: a fast refusal is no fast answer. */
export function parseWrk(text: string): WrkResult {
  const failed = /^\s*(Socket errors:.*|Non-2xx or 3xx responses:.*)$/m.exec(text)?.[1];
  if (failed !== undefined) throw new Error(`Read the result of wrk: ${failed}`);
  const requests = Number(/^\s*(\d+) requests in /m.exec(text)?.[1]);
  const perSecond = Number(/^Requests\/sec:\s*([\d.]+)\s*$/m.exec(text)?.[1]);
  if (!(requests > 0) || !(perSecond > 0)) {
    throw new Error(`Read the result of wrk: wanted requests and a rate, got "${text.trim()}"`);
  }
  return { requests, perSecond };
}
