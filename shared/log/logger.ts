/**
 * One JSON line per event on standard output: `{"level", "time", "program", "event", …fields}`. Event names are
 * noun_verb, ids are fields. No ticket, key, signature or address with a password is ever a field; what slips in with
 * an error or a URL is taken out here.
 */
import { type DestinationStream, pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose lines all carry these fields. */
  child(fields: LogFields): Logger;
}

/** User and password of a URL, wherever in a line one stands: in a field, an error's text or a stack. */
const CREDENTIALS = /(?<=:\/\/)[^\s\/"]*@/g;
const CAUSES_MAX = 5;

/** Writes to standard output at once, so that the last line before a crash is not lost. */
export function createLogger(
  { program, level, destination = pino.destination({ fd: 1, sync: true }) }: {
    program: string;
    level: LogLevel;
    destination?: DestinationStream;
  },
): Logger {
  const root = pino({
    level,
    base: { program },
    messageKey: "event",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
    hooks: { streamWrite: (line) => line.replace(CREDENTIALS, "[redacted]@") },
  }, destination);
  return wrap(root);
}

function wrap(target: pino.Logger): Logger {
  return {
    debug: (event, fields = {}) => target.debug(fields, event),
    info: (event, fields = {}) => target.info(fields, event),
    warn: (event, fields = {}) => target.warn(fields, event),
    error: (event, fields = {}) => target.error(fields, event),
    child: (fields) => wrap(target.child(fields)),
  };
}

/**
 * Picks what an error is known by. Its other properties stay out: ioredis hangs the command with its arguments on an
 * error, the password of AUTH among them, and pg the values of the row.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "object" ? String(error) : error;
  const { code } = error as { code?: unknown };
  const nested = error instanceof AggregateError
    ? error.errors
    : error.cause === undefined
    ? []
    : [error.cause];
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: error.stack,
    ...(nested.length > 0 && depth < CAUSES_MAX
      ? { causes: nested.slice(0, CAUSES_MAX).map((cause) => describeError(cause, depth + 1)) }
      : {}),
  };
}
