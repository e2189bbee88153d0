/** What the commands of `cast` are given instead of reaching for the process, and how they end. */
import type { Environment, Settings } from "../../shared/config/parse.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { Screen } from "./screen.ts";

/** 0 all is well, 1 a difference or a refusal, 2 wrong use or what is needed cannot be reached. */
export type ExitCode = 0 | 1 | 2;

export interface CastContext {
  readonly screen: Screen;
  /** Fires when the person wants it to end. */
  readonly signal: AbortSignal;
  /**
   * What these settings are given by the environment; where it names none of their addresses, and unless `dev` is false,
   * by a running `deno task dev`. One of ours beside one of somebody else's would be no system.
   */
  environment(settings: Settings, options?: { readonly dev?: boolean }): Environment;
  /** To standard error. */
  log(options: { program: string; level: "debug" | "info" | "warn" | "error" }): Logger;
}

/** What the person at the terminal has to change; the message is all they see, and where to read more. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Throws `UsageError` for what is no whole number within bounds. */
export function readWhole(
  text: string,
  { name, min, max }: { name: string; min: number; max: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new UsageError(`Give ${name} a whole number from ${min} to ${max}: got "${text}"`);
}
