/**
 * The one who writes to the terminal: lines that scroll, and below them a status that stays. A line is never wrapped here,
 * so that what is copied from it is what was printed. Without a terminal there are lines only.
 *
 * The cursor is not hidden and no mode of the terminal is changed, so there is nothing to put back, however the launcher
 * ends: at worst the last status stays where it was.
 */
import { createLogUpdate } from "log-update";
import { stripVTControlCharacters } from "node:util";

const ERASE_LINE_ABOVE = "\x1b[1A\x1b[2K";

export interface Size {
  columns: number;
  rows: number;
}

export interface Screen {
  line(text: string): void;
  /** Lines for a terminal of this size; drawn again whenever it changes. */
  status(render: (size: Size) => string): void;
  /** The terminal has another size now. */
  resized(): void;
  /** Takes the status away; lines may still follow. */
  close(): void;
}

export interface ScreenOptions {
  isTerminal: boolean;
  write: (text: string) => void;
  size: () => Size;
}

export function createScreen(options: ScreenOptions): Screen {
  if (!options.isTerminal) return createPlainScreen(options.write);
  // What belongs together goes out at once, or the status would flicker.
  let pending = "";
  const stream = {
    isTTY: true,
    get columns() {
      return options.size().columns;
    },
    get rows() {
      return options.size().rows;
    },
    write: (text: string) => {
      pending += text;
      return true;
    },
  };
  // Without a hidden cursor the library arms no signal handlers: those are the launcher's.
  const update = createLogUpdate(stream as unknown as NodeJS.WritableStream, { showCursor: true });
  let render: ((size: Size) => string) | undefined;
  let drawn = "";

  const draw = () => {
    if (render) update(drawn = render(options.size()));
    const text = pending;
    pending = "";
    if (text !== "") options.write(text);
  };

  return {
    line: (text) => {
      update.clear();
      pending += `${text}\n`;
      draw();
    },
    status: (next) => {
      render = next;
      draw();
    },
    resized: () => {
      update.clear();
      // A terminal that became narrower has wrapped what was drawn: the rest lies above.
      pending += ERASE_LINE_ABOVE.repeat(drawn === "" ? 0 : wrappedRows(drawn, options.size().columns));
      draw();
    },
    close: () => {
      render = undefined;
      update.clear();
      draw();
    },
  };
}

/** The rows that lines take beyond one each. */
export function wrappedRows(text: string, columns: number): number {
  return text.split("\n").reduce((rows, line) => {
    const width = stripVTControlCharacters(line).length;
    return rows + Math.max(0, Math.ceil(width / columns) - 1);
  }, 0);
}

function createPlainScreen(write: (text: string) => void): Screen {
  return { line: (text) => write(`${text}\n`), status: () => {}, resized: () => {}, close: () => {} };
}
