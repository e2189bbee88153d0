/** A line that a program printed: one of its log, or anything else. */
import type { LogLine } from "./sightings.ts";

/** Undefined for what is no JSON object: a program that dies may leave half a line. */
export function parseLogLine(text: string): LogLine | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
