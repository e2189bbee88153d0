/**
 * A program's log line as a person reads it: time, program, level, event, fields. The whole of it, with every stack, is in
 * the log file.
 */
import { harmless, type Paint, type Style } from "./paint.ts";

const LINE_CHARACTERS_MAX = 600;
const FIELD_CHARACTERS_MAX = 160;
const CAUSES_MAX = 3;
const LEVEL_WIDTH = 5;
/** Of a digest or a run id, which nobody reads to its end. */
const HEX_SHOWN = 8;
const TIME = /T(\d\d:\d\d:\d\d\.\d{3})Z$/;
const LEVEL_STYLES: Record<string, Style> = { debug: "dim", info: "cyan", warn: "yellow", error: "red" };
/** What has a place of its own in the line, or says nothing new on this machine. */
const PLACED = new Set(["level", "time", "program", "event", "error"]);
/** What a library says while it tries again; a try that failed is told by an event of ours. */
const CHATTER = new Set(["kafka_reported"]);

export interface PrettyOptions {
  /** The program that printed it, as `deno task` names it. */
  program: string;
  /** The width of its column. */
  nameWidth: number;
  paint: Paint;
}

/**
 * Undefined for an empty line, and for what only the log file is for. What is no log line, such as a stack, comes from a
 * crash and stands out as it is.
 */
export function prettyLine(line: string, options: PrettyOptions): string | undefined {
  if (line.trim() === "") return undefined;
  const { paint } = options;
  const program = options.program.padEnd(options.nameWidth);
  const record = parseRecord(line);
  if (!record) return `${program} ${paint("red", harmless(line, LINE_CHARACTERS_MAX))}`;
  if (record["level"] === "info" && CHATTER.has(`${record["event"]}`)) return undefined;
  const level = harmless(`${record["level"]}`, FIELD_CHARACTERS_MAX);
  const style = LEVEL_STYLES[level] ?? "red";
  const time = TIME.exec(`${record["time"]}`)?.[1];
  const event = harmless(`${record["event"] ?? record["msg"] ?? ""}`, FIELD_CHARACTERS_MAX);
  const parts = [
    ...(time ? [paint("dim", time)] : []),
    program,
    paint(style, level.toUpperCase().padEnd(LEVEL_WIDTH)),
    style === "red" ? paint("bold", event) : event,
    ...describeFields(record, paint),
    ...("error" in record
      ? [paint(style, harmless(describeError(record["error"]), LINE_CHARACTERS_MAX))]
      : []),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function describeFields(record: Record<string, unknown>, paint: Paint): string[] {
  return Object.entries(record).filter(([name]) => !PLACED.has(name)).map(([name, value]) => {
    // Bare where a word can be told from the next one.
    const bare = typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
    const text = /^[0-9a-f]{32,}$/.test(bare) ? `${bare.slice(0, HEX_SHOWN)}…` : bare;
    return `${paint("dim", `${harmless(name, FIELD_CHARACTERS_MAX)}=`)}${
      harmless(text, FIELD_CHARACTERS_MAX)
    }`;
  });
}

/** The message, its code, and the messages of what caused it. */
function describeError(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null) return `${error}`;
  const { message, code, causes } = error as { message?: unknown; code?: unknown; causes?: unknown };
  const said = `${message || "error"}`;
  const text = code === undefined || said.includes(`${code}`) ? said : `${said} (${code})`;
  if (!Array.isArray(causes) || causes.length === 0 || depth >= CAUSES_MAX) return text;
  return `${text}: ${describeError(causes[0], depth + 1)}`;
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
