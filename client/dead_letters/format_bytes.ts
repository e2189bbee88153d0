/** Bytes as a person can read them: JSON with lines, other text as it is, anything else as a hex dump. */
import { printable } from "./printable.ts";

const ROW_BYTES = 16;
const INDENT = "  ";

export function formatBytes(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text === undefined) return hexDump(bytes);
  return printable(isJson(text) ? prettyJson(text) : text, { keep: "\n\t" });
}

/** Returns undefined for bytes that are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Sets lines and indents and touches nothing else: parsed and written again, long numbers would lose digits and a name
 * that stands twice would stand once, and just that may be what is wrong.
 */
export function prettyJson(json: string): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let text = "";
  let depth = 0;
  const newLine = () => "\n" + INDENT.repeat(depth);
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") {
      depth += 1;
      const isEmpty = tokens[index + 1] === "}" || tokens[index + 1] === "]";
      text += isEmpty ? token : token + newLine();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const isEmpty = tokens[index - 1] === "{" || tokens[index - 1] === "[";
      text += isEmpty ? token : newLine() + token;
    } else if (token === ",") {
      text += token + newLine();
    } else text += token === ":" ? ": " : token;
  });
  return text;
}

export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let start = 0; start < bytes.length; start += ROW_BYTES) {
    const row = bytes.subarray(start, start + ROW_BYTES);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = Array.from(row, (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")
      .join("");
    rows.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(3 * ROW_BYTES - 1)}  |${text}|`);
  }
  return rows.join("\n");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
