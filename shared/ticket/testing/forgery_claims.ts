/** Forgeries that say something else than the ticket whose mac they carry. */
import { TICKET_LENGTH_MAX } from "../ticket.ts";
import { type Draw, pick } from "./forgery_random.ts";
import { hmac, SCENE_PURPOSE } from "./forgery_scene.ts";
import { base, type Forge } from "./forgery_texts.ts";

/** Names that an object has without being given them, and what a path or a query might read. */
const ODD_KIDS = [
  ..."__proto__ constructor toString valueOf hasOwnProperty prototype null undefined NaN 0 -1 none HS256"
    .split(" "),
  "",
  ".",
  "..",
  "../2026a",
  "2026a.old_key-1",
  "2026a\0",
  " 2026a",
  "2026A",
  "2026",
  "2026aa",
  "*",
  "k".repeat(32),
  "k".repeat(33),
];

function otherNumber(draw: Draw, { number, max }: { number: number; max: number }): number {
  return pick(draw, [
    number + 1,
    Math.max(number - 1, 0),
    number + 1000,
    Math.max(number - 1000, 0),
    0,
    max,
    draw(max),
  ]);
}

function permuted<T>(draw: Draw, all: readonly T[]): T[] {
  const rest = [...all];
  return all.map(() => rest.splice(draw(rest.length), 1)[0] as T);
}

export const CLAIM_CLASSES = {
  other_kid: (input) => {
    const { scene, draw } = input;
    const ticket = base(input);
    const kid = pick(draw, [...scene.keys.keys(), ...ODD_KIDS]);
    return ticket.text.replace(ticket.kid, () => kid);
  },
  other_shard: (input) => {
    const { kid, shard, epoch, opensAt, mac } = base(input);
    return `${kid}.${otherNumber(input.draw, { number: shard, max: 99_999 })}.${epoch}.${opensAt}.${mac}`;
  },
  other_epoch: (input) => {
    const { kid, shard, epoch, opensAt, mac } = base(input);
    const other = otherNumber(input.draw, { number: epoch, max: Number.MAX_SAFE_INTEGER });
    return `${kid}.${shard}.${other}.${opensAt}.${mac}`;
  },
  other_time: (input) => {
    const { kid, shard, epoch, opensAt, mac } = base(input);
    const other = otherNumber(input.draw, { number: opensAt, max: Number.MAX_SAFE_INTEGER });
    return `${kid}.${shard}.${epoch}.${other}.${mac}`;
  },
  parts_swapped: (input) => permuted(input.draw, base(input).text.split(".")).join("."),
  /** The same characters, cut elsewhere: what a mac over joined parts without dots would not notice. */
  dots_moved: (input) => {
    const { text } = base(input);
    const units = [...text.replaceAll(".", "")];
    const dots = text.split("").flatMap((unit, at) => unit === "." ? [at] : []);
    const moved = dots.map((at) => at + input.draw(3) - 1).sort((one, other) => one - other);
    for (const at of moved) units.splice(at, 0, ".");
    return units.join("");
  },
  /** A key holder's mistake rather than a forgery: rightly signed, but not the one text of its claims. */
  alias_signed: (input) => {
    const { scene, draw } = input;
    const { kid, shard, epoch, opensAt } = base(input);
    const numbers = [shard, epoch, opensAt].map(String);
    const at = draw(3);
    numbers[at] = pick(draw, [
      `0${numbers[at]}`,
      `${numbers[at]}.0`,
      `+${numbers[at]}`,
      "9007199254740993",
      "",
      "1e3",
    ]);
    const claims = [kid, ...numbers].join(".");
    return `${claims}.${
      hmac(scene.keys.get(kid) as Uint8Array, SCENE_PURPOSE + claims).toString("base64url")
    }`;
  },
  /** The shape of a ticket and nothing else. */
  random_ticket: ({ scene, draw }) => {
    const mac = Array.from(
      { length: 43 },
      () => pick(draw, [..."ABCDEFGHIJKLMNOPQRSTUVWXYabcdefghijk0123456789-_"]),
    );
    // "A" in the last place leaves the spare bits at zero, so that shape alone does not refuse it.
    mac[42] = pick(draw, [..."AEIMQUYcgkosw048"]);
    const text = [
      pick(draw, [...scene.keys.keys()]),
      draw(4),
      draw(Number.MAX_SAFE_INTEGER),
      draw(Number.MAX_SAFE_INTEGER),
      mac.join(""),
    ].join(".");
    return text.slice(0, TICKET_LENGTH_MAX);
  },
} satisfies Record<string, Forge>;
