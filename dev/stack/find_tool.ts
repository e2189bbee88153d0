/** Finds programs that the machine may have or lack. */
import { join } from "node:path";

/** The first executable file of that name on a PATH. */
export function findTool(name: string, path: string): string | undefined {
  return path.split(":").filter((folder) => folder !== "").map((folder) => join(folder, name)).find(
    isExecutable,
  );
}

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
