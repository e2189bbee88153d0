/**
 * What a forger may start from: genuine tickets of a key ring, and keys of strangers. The tickets are put together from
 * the documented format with node:crypto, not with the signer, so that signer and verifier cannot agree on a mistake.
 */
import { createHmac } from "node:crypto";
import type { Buffer } from "node:buffer";
import { type Draw, drawBytes, pick } from "./forgery_random.ts";

export const SCENE_PURPOSE = "cast.ticket.v1:";

export interface GenuineTicket {
  readonly kid: string;
  readonly shard: number;
  readonly epoch: number;
  readonly opensAt: number;
  readonly claims: string;
  readonly mac: string;
  readonly text: string;
}

export interface ForgeryScene {
  /** For `CAST_TICKET_KEYS`. */
  readonly ringText: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
  /** A good key that the ring does not hold. */
  readonly strangerKey: Uint8Array;
  readonly genuine: readonly GenuineTicket[];
  isGenuine(text: string): boolean;
}

export interface SceneOptions {
  readonly draw: Draw;
  /** So many genuine tickets. */
  readonly tickets: number;
  /** All tickets are of this shard and epoch; each of a time of its own. */
  readonly claims?: { readonly shard: number; readonly epoch: number };
}

const KIDS = ["2026a", "old_key-1"];
const FIRST_OPENS_AT = 1_764_000_001_000;
const INTERVAL_MS = 1000;

export function createForgeryScene({ draw, tickets, claims }: SceneOptions): ForgeryScene {
  const keys = new Map(KIDS.map((kid) => [kid, drawBytes(draw, 32)]));
  const genuine = Array.from({ length: tickets }, (_, index) => {
    const kid = pick(draw, KIDS);
    const { shard, epoch } = claims ?? { shard: draw(3), epoch: 1_764_000_000_000 + draw(1000) };
    const opensAt = FIRST_OPENS_AT + index * INTERVAL_MS;
    const text = `${kid}.${shard}.${epoch}.${opensAt}`;
    const mac = hmac(keys.get(kid) as Uint8Array, SCENE_PURPOSE + text).toString("base64url");
    return { kid, shard, epoch, opensAt, claims: text, mac, text: `${text}.${mac}` };
  });
  const texts = new Set(genuine.map(({ text }) => text));
  return {
    ringText: [...keys].map(([kid, key]) => `${kid}:${key.toBase64()}`).join(","),
    keys,
    strangerKey: drawBytes(draw, 32),
    genuine,
    isGenuine: (text) => texts.has(text),
  };
}

export function hmac(key: Uint8Array, message: string | Uint8Array, hash = "sha256"): Buffer {
  return createHmac(hash, key).update(message).digest();
}
