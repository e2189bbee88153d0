/**
 * Log files that do not grow for ever: one of now and one of before.
 */
import { renameSync, statSync } from "node:fs";

/** Makes the file the one of before when it holds more than `bytesMax`, and whatever it holds without that. */
export function turnOver(path: string, bytesMax = 0): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > bytesMax) renameSync(path, `${path}.1`);
}
