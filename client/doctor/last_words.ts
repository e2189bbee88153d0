/** A logger that prints nothing and keeps the last reason: what a client library only logs is what a person must know. */
import type { LogFields, Logger } from "../../shared/log/logger.ts";
import { reasonOf } from "../terminal.ts";

export interface LastWords extends Logger {
  /** Without passwords; undefined where nothing went wrong. */
  reason(): string | undefined;
}

const CREDENTIALS = /(?<=:\/\/)[^\s/"]*@/g;

export function createLastWords(): LastWords {
  let last: string | undefined;
  const keep = (_event: string, { error, cause }: LogFields = {}) => {
    const reason = error ?? cause;
    if (reason !== undefined) last = withoutPassword(reasonOf(reason));
  };
  const log: LastWords = {
    ...{ debug: keep, info: keep, warn: keep, error: keep },
    child: () => log,
    reason: () => last,
  };
  return log;
}

export function withoutPassword(text: string): string {
  return text.replace(CREDENTIALS, "[redacted]@");
}
