/** A logger for tests: keeps what was logged, so that a test can look for an event, and prints nothing. */
import type { LogFields, Logger, LogLevel } from "../log/logger.ts";

export interface LoggedEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

export interface SilentLogger extends Logger {
  readonly events: LoggedEvent[];
  has(event: string): boolean;
}

export function createSilentLogger(events: LoggedEvent[] = [], bound: LogFields = {}): SilentLogger {
  const write = (level: LogLevel) => (event: string, fields: LogFields = {}) =>
    void events.push({ level, event, fields: { ...bound, ...fields } });
  return {
    events,
    has: (event) => events.some((logged) => logged.event === event),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => createSilentLogger(events, { ...bound, ...fields }),
  };
}
