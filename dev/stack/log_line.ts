/**
 * What of a program's log is shown on the terminal: warnings and worse, in one line each; the whole is in the log file.
 */

const LINE_CHARACTERS_MAX = 300;
/** The number of "warn" in the levels that common loggers count with. */
const WARN_NUMBER = 40;
const SHOWN_LEVELS = new Set(["warn", "warning", "error", "fatal", "critical"]);

/** Undefined for what is not shown. What is no log line, such as a stack, comes from a crash and is shown as it is. */
export function shownLine(line: string): string | undefined {
  if (line.trim() === "") return undefined;
  const record = parseRecord(line);
  if (!record) return line.slice(0, LINE_CHARACTERS_MAX);
  if (!isShownLevel(record["level"])) return undefined;
  const { error } = record;
  const parts = [
    record["level"],
    record["event"],
    record["msg"],
    record["message"],
    record["cause"],
    typeof error === "object" && error !== null && "message" in error ? error.message : error,
  ];
  return parts.filter((part) => typeof part === "string" || typeof part === "number").join(" ").slice(
    0,
    LINE_CHARACTERS_MAX,
  );
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    const isRecord = typeof parsed === "object" && parsed !== null && "level" in parsed;
    return isRecord ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function isShownLevel(level: unknown): boolean {
  if (typeof level === "number") return level >= WARN_NUMBER;
  return typeof level === "string" && SHOWN_LEVELS.has(level.toLowerCase());
}
