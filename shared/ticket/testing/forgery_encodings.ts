/** Forgeries that write a genuine ticket another way: what a lenient decoder would read as the same ticket. */
import { Buffer } from "node:buffer";
import { pick } from "./forgery_random.ts";
import { base, type Forge, type ForgeInput, insertAt } from "./forgery_texts.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SPACES = [..." \t\n\r\v\f\u00a0\u2028\u2029\ufeff\u200b\u3000", "\r\n", "%20", "+"];
/** Where each kind of decimal digits begins: Arabic, Persian, Devanagari, Thai, fullwidth, mathematical bold. */
const DIGIT_ZEROS = [0x660, 0x6f0, 0x966, 0xe50, 0xff10, 0x1d7ce];
const LOOKALIKES: Readonly<Record<string, string>> = {
  "a": "а",
  "e": "е",
  "o": "о",
  "0": "О",
  ".": "․",
  "-": "‐",
  "_": "‿",
  "1": "l",
};

function inMac(input: ForgeInput, change: (mac: string) => string): string {
  const { claims, mac } = base(input);
  return `${claims}.${change(mac)}`;
}

function anywhere(input: ForgeInput, part: string): string {
  const { text } = base(input);
  const at = pick(input.draw, [0, text.length, text.lastIndexOf(".") + 1, input.draw(text.length)]);
  return insertAt(text, { at, part });
}

function numberAlias(input: ForgeInput, number: string): string {
  const { draw } = input;
  const value = BigInt(number);
  const zero = pick(draw, DIGIT_ZEROS);
  const aliases = [
    () => "0".repeat(1 + draw(20)) + number,
    () => `${pick(draw, ["+", "-", "--", "+0", " ", "#", "$"])}${number}`,
    () => `${number}${pick(draw, [".0", ".", "e0", "E0", "e+0", "n", " ", "_", "f", "L", ",0", "/1"])}`,
    () => `${pick(draw, ["0x", "0X", "x", ""])}${value.toString(16)}`,
    () => `0o${value.toString(8)}`,
    () => `0b${value.toString(2)}`,
    () => Number(number).toExponential(),
    () => `${number.slice(0, -3)}e3`,
    () => number.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit))),
    () => number.replace(/\d/, (digit) => String.fromCodePoint(zero + Number(digit))),
    () => String(value + (1n << BigInt(pick(draw, [8, 16, 31, 32, 53, 63, 64, 128])))),
    () => number + "0".repeat(1 + draw(400)),
    () => pick(draw, ["", "NaN", "Infinity", "-0", "null", "undefined", "true", "1e400", "٠", "½", "²"]),
    () => [...number].join("_"),
    () => Number(number).toLocaleString("en"),
  ];
  return pick(draw, aliases)();
}

export const ENCODING_CLASSES = {
  /** The last character carries four bits of the mac and two spare ones: three other characters say the same. */
  base64_spare_bits: (input) =>
    inMac(input, (mac) => {
      const last = ALPHABET.indexOf(mac.at(-1) as string);
      return mac.slice(0, -1) + ALPHABET[last ^ (1 + input.index % 3)];
    }),
  base64_padding: (input) =>
    inMac(input, (mac) => {
      const padding = pick(input.draw, ["=", "==", "===", "%3D", "=A", "A=", "\u003d\n"]);
      return pick(input.draw, [mac + padding, padding + mac, mac.slice(0, -1) + "="]);
    }),
  base64_standard: (input) =>
    inMac(input, (mac) => {
      const bytes = Buffer.from(mac, "base64url");
      return pick(input.draw, [
        bytes.toString("base64"),
        bytes.toString("base64").replace("=", ""),
        mac.replace("-", "+"),
        mac.replace("_", "/"),
        bytes.toString("hex"),
        bytes.toString("latin1"),
      ]);
    }),
  not_base64: (input) =>
    inMac(input, (mac) => {
      const part = pick(input.draw, [..."!\"#$%&'()*,:;<>?@[\\]^`{|}~ü€🎫"]);
      const at = input.draw(mac.length);
      return pick(input.draw, [mac.slice(0, at) + part + mac.slice(at + 1), part.repeat(43)]);
    }),
  whitespace: (input) => anywhere(input, pick(input.draw, SPACES)),
  number_alias: (input) => {
    const parts = base(input).text.split(".");
    const at = 1 + input.draw(3);
    parts[at] = numberAlias(input, parts[at] as string);
    return parts.join(".");
  },
  unicode: (input) => {
    const { text } = base(input);
    const at = input.draw(text.length);
    const unit = text[at] as string;
    const other = pick(input.draw, [
      LOOKALIKES[unit] ?? "а",
      // Fullwidth: the same character to whoever normalises by compatibility.
      String.fromCharCode(unit.charCodeAt(0) + 0xfee0),
      `${unit}\u0301`,
      `${unit}\u200d`,
      `\u202e${unit}`,
      "🎫",
      String.fromCodePoint(input.draw(0x110000)),
    ]);
    return text.slice(0, at) + other + text.slice(at + 1);
  },
  /** The same to whoever keeps only the low byte of a character. */
  low_byte: (input) => {
    const { text } = base(input);
    const at = input.draw(text.length);
    const other = String.fromCharCode(text.charCodeAt(at) + 256 * (1 + input.draw(255)));
    return pick(input.draw, [
      text.slice(0, at) + other + text.slice(at + 1),
      text.replaceAll(/./g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 256)),
    ]);
  },
  null_bytes: (input) =>
    anywhere(input, pick(input.draw, ["\0", "\0\0", "\0garbage", "%00", "\\0", "\\u0000"])),
  lone_surrogate: (input) => {
    const { text } = base(input);
    const at = input.draw(text.length);
    const half = String.fromCharCode(0xd800 + input.draw(0x800));
    return pick(input.draw, [text.slice(0, at) + half + text.slice(at + 1), anywhere(input, half)]);
  },
  wrapped: (input) => {
    const { text } = base(input);
    return pick(input.draw, [
      `"${text}"`,
      `'${text}'`,
      `Bearer ${text}`,
      `ticket=${text}`,
      `["${text}"]`,
      `{"ticket":"${text}"}`,
      encodeURIComponent(text).replaceAll(".", "%2E"),
      text.replaceAll(".", "&#46;"),
      text.replaceAll(".", pick(input.draw, [",", ":", "..", "/", "|", "\\.", " . "])),
      Buffer.from(text).toString("base64url"),
      Buffer.from(text).toString("hex"),
      Buffer.from(text, "utf16le").toString("latin1"),
      [...text].reverse().join(""),
      `cast.ticket.v1:${text}`,
    ]);
  },
} satisfies Record<string, Forge>;
