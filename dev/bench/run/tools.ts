/** Programs that a bench needs and that the machine may lack. */
import { findTool } from "../../stack/find_tool.ts";

/** Ends a bench as skipped, not as failed. */
export class ToolMissingError extends Error {
  override readonly name = "ToolMissingError";
}

/** The Debian package that brings each. */
const PACKAGES = { wrk: "wrk", "redis-benchmark": "redis-tools" } as const;

/** Returns the tool's path; throws `ToolMissingError` where there is none. */
export function requireTool(name: keyof typeof PACKAGES): string {
  const path = findTool(name, Deno.env.get("PATH") ?? "");
  if (path === undefined) {
    throw new ToolMissingError(`${name} missing (Debian: apt install ${PACKAGES[name]})`);
  }
  return path;
}
