/** Forgeries whose claims may be right, under a mac that is not. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { SAMPLE_KEY_BASE64 } from "../key_ring.ts";
import { drawBytes, pick } from "./forgery_random.ts";
import { type GenuineTicket, hmac, SCENE_PURPOSE } from "./forgery_scene.ts";
import { base, type Forge, type ForgeInput } from "./forgery_texts.ts";

const MAC_BITS = 256;

function withMac({ claims }: { claims: string }, mac: Uint8Array): string {
  return `${claims}.${Buffer.from(mac).toString("base64url")}`;
}

function keyOf({ scene }: ForgeInput, { kid }: GenuineTicket): Uint8Array {
  return scene.keys.get(kid) as Uint8Array;
}

function macOf({ mac }: GenuineTicket): Buffer {
  return Buffer.from(mac, "base64url");
}

export const MAC_CLASSES = {
  /** Every bit, one genuine ticket after the other. */
  mac_bit_flipped: ({ scene, index }) => {
    const ticket = scene.genuine[Math.floor(index / MAC_BITS) % scene.genuine.length] as GenuineTicket;
    const mac = macOf(ticket);
    const bit = index % MAC_BITS;
    mac[bit >> 3] = (mac[bit >> 3] as number) ^ (1 << (bit & 7));
    return withMac(ticket, mac);
  },
  /** Right up to some byte: what a comparison that stops early would let through. */
  mac_partly_right: (input) => {
    const ticket = base(input);
    const mac = macOf(ticket);
    const from = input.draw(32);
    const part = mac.subarray(...pick(input.draw, [[from], [0, from + 1]]));
    part.set(pick(input.draw, [drawBytes(input.draw, part.length), new Uint8Array(part.length)]));
    return withMac(ticket, mac);
  },
  mac_random: (input) => {
    const mac = pick(input.draw, [
      drawBytes(input.draw, 32),
      new Uint8Array(32).fill(pick(input.draw, [0, 1, 0x7f, 0xff])),
      drawBytes(input.draw, pick(input.draw, [0, 1, 16, 31, 33, 64])),
    ]);
    return withMac(base(input), mac);
  },
  mac_of_another_ticket: (input) => `${base(input).claims}.${base(input).mac}`,
  another_key: (input) => {
    const { scene, draw } = input;
    const ticket = base(input);
    const own = keyOf(input, ticket);
    const off = own.slice();
    off[draw(32)] = draw(256);
    const key = pick(draw, [
      scene.strangerKey,
      ...[...scene.keys.values()].filter((other) => other !== own),
      off,
      own.slice(0, 16),
      own.toReversed(),
      new Uint8Array(0),
      new Uint8Array(32),
      Buffer.from(own.toBase64()),
      Buffer.from(own.toHex()),
      Buffer.from(ticket.kid),
      Buffer.from("null"),
      Uint8Array.fromBase64(SAMPLE_KEY_BASE64),
    ]);
    return withMac(ticket, hmac(key, SCENE_PURPOSE + ticket.claims));
  },
  /** Under a key id that the ring does not hold, by a stranger's key or by one that it does hold. */
  another_ring: (input) => {
    const { scene, draw } = input;
    const { shard, epoch, opensAt } = base(input);
    const kid = pick(draw, ["stranger", "2027a", "constructor", "__proto__"]);
    const claims = `${kid}.${shard}.${epoch}.${opensAt}`;
    const key = pick(draw, [scene.strangerKey, ...scene.keys.values()]);
    return withMac({ claims }, hmac(key, SCENE_PURPOSE + claims));
  },
  /** Signed with the right key, for anything else than a ticket of this version. */
  another_purpose: (input) => {
    const ticket = base(input);
    const message = pick(input.draw, [
      ticket.claims,
      `cast.ticket.v2:${ticket.claims}`,
      `cast.ticket.v1${ticket.claims}`,
      `cast.ticket.v1.${ticket.claims}`,
      `CAST.TICKET.V1:${ticket.claims}`,
      `cast.vote.v1:${ticket.claims}`,
      `ticket:${ticket.claims}`,
      `${ticket.claims}${SCENE_PURPOSE}`,
      `${SCENE_PURPOSE}${SCENE_PURPOSE}${ticket.claims}`,
      `${SCENE_PURPOSE}${ticket.claims}.`,
      `${SCENE_PURPOSE}${ticket.claims}\n`,
      `${SCENE_PURPOSE} ${ticket.claims}`,
      SCENE_PURPOSE + ticket.text,
      SCENE_PURPOSE + ticket.claims.replaceAll(".", ""),
      SCENE_PURPOSE + ticket.claims.split(".").slice(1).join("."),
      SCENE_PURPOSE,
      "",
    ]);
    return withMac(ticket, hmac(keyOf(input, ticket), message));
  },
  another_hash: (input) => {
    const ticket = base(input);
    const key = keyOf(input, ticket);
    const message = Buffer.from(SCENE_PURPOSE + ticket.claims);
    const mac = pick(input.draw, [
      () => hmac(key, message, "sha512").subarray(0, 32),
      () => hmac(key, message, "sha384").subarray(0, 32),
      () => hmac(key, message, "sha3-256"),
      () => Buffer.concat([hmac(key, message, "sha1"), Buffer.alloc(12)]),
      () => hmac(message, key),
      () => hmac(key, macOf(ticket)),
      () => createHash("sha256").update(message).digest(),
      () => createHash("sha256").update(key).update(message).digest(),
      () => createHash("sha256").update(message).update(key).digest(),
      () => Buffer.concat([macOf(ticket).subarray(0, 16), Buffer.alloc(16)]),
      () => Buffer.from(macOf(ticket).toReversed()),
      () => Buffer.from(macOf(ticket).map((byte) => byte ^ 0xff)),
    ]);
    return withMac(ticket, mac());
  },
} satisfies Record<string, Forge>;
