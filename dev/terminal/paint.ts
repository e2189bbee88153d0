/**
 * Colours for whoever reads on a terminal. Text that came from elsewhere is made harmless first: what a program logged
 * must not move the cursor.
 */
import { stripVTControlCharacters, styleText } from "node:util";

export type Style = "bold" | "cyan" | "dim" | "green" | "red" | "yellow";

export type Paint = (style: Style, text: string) => string;

/** Leaves text as it is where colours are not wanted. */
export function createPaint(isColoured: boolean): Paint {
  // The stream is ours to judge: styleText() would look at standard output by itself.
  return (style, text) => isColoured ? styleText(style, text, { validateStream: false }) : text;
}

/** How to write to this terminal; https://no-color.org: any value but the empty one turns colours off. */
export function readTerminal(
  options: { isTerminal: boolean; environment: Record<string, string> },
): { isTerminal: boolean; isColoured: boolean } {
  const { NO_COLOR, TERM } = options.environment;
  // A dumb terminal cannot move its cursor, so it is written to as a file is.
  const isTerminal = options.isTerminal && TERM !== "dumb";
  return { isTerminal, isColoured: isTerminal && !NO_COLOR };
}

/** One line without escape sequences and control characters, cut to a bound. */
export function harmless(text: string, charactersMax: number): string {
  const plain = stripVTControlCharacters(text).replace(/\p{Cc}+/gu, " ");
  if (plain.length <= charactersMax) return plain;
  return charactersMax < 1 ? "" : `${plain.slice(0, charactersMax - 1)}…`;
}
