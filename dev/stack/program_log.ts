/**
 * What one program prints: everything into its file, which is turned over when the launcher starts and when it grows
 * large; each whole line also to whoever shows it.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { turnOver } from "./log_file.ts";

const FILE_BYTES_MAX = 64 * 1_048_576;
const REST_CHARACTERS_MAX = 65_536;

export interface ProgramLog {
  write(text: string): void;
  close(): void;
}

export function openProgramLog(options: { path: string; show: (line: string) => void }): ProgramLog {
  turnOver(options.path);
  let file = openSync(options.path, "a", 0o600);
  let bytes = 0;
  let rest = "";
  const write = (text: string) => {
    bytes += writeSync(file, text);
    if (bytes > FILE_BYTES_MAX) {
      closeSync(file);
      turnOver(options.path);
      [file, bytes] = [openSync(options.path, "a", 0o600), 0];
    }
    const lines = (rest + text).split("\n");
    // A line without an end must not fill the memory.
    rest = (lines.pop() ?? "").slice(-REST_CHARACTERS_MAX);
    for (const line of lines) options.show(line);
  };
  return { write, close: () => closeSync(file) };
}
