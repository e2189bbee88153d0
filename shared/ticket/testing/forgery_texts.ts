/** Forgeries that change the text of a genuine ticket without knowing what its parts mean. */
import { type Draw, drawBytes, pick } from "./forgery_random.ts";
import type { ForgeryScene, GenuineTicket } from "./forgery_scene.ts";

export interface ForgeInput {
  readonly scene: ForgeryScene;
  readonly draw: Draw;
  /** Which one of its class. */
  readonly index: number;
}

export type Forge = (input: ForgeInput) => string;

const LONG = 1_000_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function base({ scene, draw }: ForgeInput): GenuineTicket {
  return pick(draw, scene.genuine);
}

export function insertAt(text: string, { at, part }: { at: number; part: string }): string {
  return text.slice(0, at) + part + text.slice(at);
}

function replaceAt(text: string, { at, part }: { at: number; part: string }): string {
  return text.slice(0, at) + part + text.slice(at + 1);
}

/** Every position with every byte value, one genuine ticket after the other. */
function sweepBytes({ scene, index }: ForgeInput): string {
  let rest = index;
  for (const { text } of cycle(scene.genuine)) {
    if (rest >= text.length * 255) {
      rest -= text.length * 255;
      continue;
    }
    const at = rest % text.length;
    const value = Math.floor(rest / text.length);
    const other = (text.charCodeAt(at) + 1 + value) % 256;
    return replaceAt(text, { at, part: String.fromCharCode(other) });
  }
  throw new Error("Sweep bytes: no genuine ticket");
}

function* cycle<T>(all: readonly T[]): Generator<T> {
  while (all.length > 0) yield* all;
}

function drawPlace(input: ForgeInput): { text: string; at: number } {
  const { text } = base(input);
  return { text, at: input.draw(text.length) };
}

function swapped(text: string, { one, other }: { one: number; other: number }): string {
  const units = text.split("");
  [units[one], units[other]] = [units[other] as string, units[one] as string];
  return units.join("");
}

export const TEXT_CLASSES = {
  byte_replaced: sweepBytes,
  byte_inserted: (input) => {
    const { text, at } = drawPlace(input);
    return insertAt(text, { at, part: String.fromCharCode(input.draw(256)) });
  },
  byte_removed: (input) => {
    const { text, at } = drawPlace(input);
    return replaceAt(text, { at, part: "" });
  },
  byte_doubled: (input) => {
    const { text, at } = drawPlace(input);
    return insertAt(text, { at, part: text[at] as string });
  },
  neighbours_swapped: (input) => {
    const { text, at } = drawPlace(input);
    return swapped(text, { one: at, other: (at + 1) % text.length });
  },
  two_swapped: (input) => {
    const { text, at } = drawPlace(input);
    return swapped(text, { one: at, other: input.draw(text.length) });
  },
  several_replaced: (input) => {
    let { text } = base(input);
    for (let times = 2 + input.draw(4); times > 0; times--) {
      text = replaceAt(text, { at: input.draw(text.length), part: pick(input.draw, [...ALPHABET]) });
    }
    return text;
  },
  case_changed: (input) => {
    const { text, at } = drawPlace(input);
    const turned = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
    return pick(input.draw, [turned, replaceAt(text, { at, part: turned[at] as string })]);
  },
  truncated: (input) => {
    const { text, at } = drawPlace(input);
    return pick(input.draw, [text.slice(0, at), text.slice(at + 1), text.slice(0, -1 - input.draw(4))]);
  },
  overlong: (input) => {
    const { text } = base(input);
    // A few of a megabyte; the others about as long as the longest ticket, where a bound would be off by one.
    const length = input.index % 200 === 0 ? LONG : 100 + input.draw(200);
    const filling = pick(input.draw, ["A", "0", ".", " ", "=", "\0", text]);
    const padding = filling.repeat(Math.ceil(length / filling.length));
    return pick(input.draw, [
      text + padding,
      padding + text,
      insertAt(text, { at: input.draw(text.length), part: padding }),
      padding,
    ]);
  },
  empty_parts: (input) => {
    const { draw } = input;
    if (draw(10) === 0) return ".".repeat(draw(8));
    const parts = base(input).text.split(".");
    const at = draw(parts.length);
    const part = parts[at] as string;
    parts.splice(at, 1, ...pick<string[]>(draw, [[], [""], [part, part], ["", part]]));
    return parts.join(".");
  },
  concatenated: (input) => {
    const [one, other] = [base(input), base(input)];
    const between = pick(input.draw, ["", ".", ",", " ", "\n", "\0", ";", "&ticket="]);
    return pick(input.draw, [
      one.text + between + other.text,
      one.text + between + other.mac,
      one.claims + between + other.text,
      one.mac + between + other.claims,
    ]);
  },
  random_text: ({ draw }) => {
    const bytes = drawBytes(draw, draw(200));
    return pick(draw, [
      new TextDecoder("latin1").decode(bytes),
      String.fromCharCode(...bytes.map((byte) => byte % 95 + 32)),
      String.fromCharCode(...Array.from(bytes, () => draw(65536))),
    ]);
  },
} satisfies Record<string, Forge>;
