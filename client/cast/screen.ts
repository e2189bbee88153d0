/**
 * Where `cast` writes: results on standard output, everything else on standard error. Colours and lines that are drawn
 * again go to a terminal alone, colours also not where NO_COLOR is set; a file or a pipe gets plain lines.
 */
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** One end of a process's output. */
export interface OutputStream {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

export interface ScreenOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Text of NO_COLOR; any but an empty one turns colours off. */
  readonly noColor: string | undefined;
  /** Text of TERM. */
  readonly term: string | undefined;
  /** How wide the terminal is. */
  readonly columns: () => number;
}

export interface Screen {
  print(line: string): void;
  complain(line: string): void;
  /** Writes bytes to standard output as they are, whole; resolves when whoever reads has room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** For standard output. */
  paint(style: Style, text: string): string;
  /** For standard error. */
  paintError(style: Style, text: string): string;
  /** Draws lines in the place of those drawn before; one after the other where standard output is no terminal. */
  redraw(lines: readonly string[]): void;
  /** Draws one line of standard error in its own place; nothing where that is no terminal. Empty: wipes it. */
  status(text: string): void;
  readonly isTerminal: boolean;
}

const CLEAR_LINE = "\x1b[2K";
const encoder = new TextEncoder();

export function createScreen({ stdout, stderr, noColor, term, columns }: ScreenOptions): Screen {
  const mayColour = (noColor ?? "") === "" && term !== "dumb";
  const [isTerminal, isErrorTerminal] = [stdout.isTerminal(), stderr.isTerminal()];
  const mayMove = term !== "dumb";
  let drawn = 0;
  let hasStatus = false;

  function status(text: string): void {
    if (!isErrorTerminal || !mayMove || (text === "" && !hasStatus)) return;
    writeAll(stderr, encoder.encode(`\r${CLEAR_LINE}${cut(text, columns() - 1)}`));
    hasStatus = text !== "";
  }
  /** A line that is written into a status line would be glued to it. */
  function line(stream: OutputStream, text: string): void {
    status("");
    writeAll(stream, encoder.encode(`${text}\n`));
  }
  return {
    isTerminal,
    print: (text) => line(stdout, text),
    complain: (text) => line(stderr, text),
    async write(bytes) {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await stdout.write(rest));
    },
    paint: (style, text) => mayColour && isTerminal ? styled(style, text) : text,
    paintError: (style, text) => mayColour && isErrorTerminal ? styled(style, text) : text,
    redraw(lines) {
      if (!isTerminal || !mayMove) return lines.forEach((text) => line(stdout, text));
      const up = drawn > 0 ? `\x1b[${drawn}A` : "";
      // What is left of a longer drawing before goes too.
      const text = lines.map((each) => `\r${CLEAR_LINE}${each}\n`).join("");
      writeAll(stdout, encoder.encode(`${up}${text}\x1b[0J`));
      drawn = lines.length;
    },
    status,
  };
}

/** Only the caller knows where the text goes. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}

function cut(text: string, width: number): string {
  const points = [...text];
  return points.length <= width ? text : `${points.slice(0, Math.max(0, width - 1)).join("")}…`;
}

function writeAll(stream: OutputStream, bytes: Uint8Array): void {
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}
