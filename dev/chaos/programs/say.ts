/** Lines of a program to its runner, among those of its log. */
import { writeSync } from "node:fs";

/** Written at once: the next thing that this process does may be its death. */
export function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
