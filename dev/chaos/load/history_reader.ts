/** Reads a history back line by line, in memory that does not grow with it. */
import type { HistoryLine } from "./history.ts";

const CHUNK_BYTES = 1 << 20;

/** A last line without its end was cut by the death of the runner, and is left out. */
export async function* readHistory(path: string): AsyncGenerator<HistoryLine[]> {
  using file = await Deno.open(path, { read: true });
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let rest = "";
  let lineNumber = 0;
  for (let length = await file.read(chunk); length !== null; length = await file.read(chunk)) {
    const lines = (rest + decoder.decode(chunk.subarray(0, length), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield lines.map((line) => parseLine(line, ++lineNumber));
  }
}

function parseLine(text: string, lineNumber: number): HistoryLine {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`Read line ${lineNumber} of the history: wanted JSON, got "${text.slice(0, 80)}"`, {
      cause,
    });
  }
}
