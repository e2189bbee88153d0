/**
 * The HMAC keys of the tickets: the first signs, all verify. Rotation adds the new key last everywhere, then moves it
 * first, then removes the old one (docs/architecture.md, "Key rotation").
 */

export const KEY_BYTES_MIN = 32;

/** The key that examples show. It is public, so a ring that holds it is refused. */
export const SAMPLE_KEY_BASE64 = "Q0FTVCBzYW1wbGUga2V5LCBuZXZlciBkZXBsb3kgaXQ=";

const KID_PATTERN = /^[A-Za-z0-9_-]{1,32}$/;
/** Random bytes of this length hold more distinct values than this with overwhelming odds; typed-in keys do not. */
const DISTINCT_BYTES_MIN = 12;

/** Key id to key bytes, in signing order. Prints as redacted, so that no log or error can carry a key. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  constructor(keys: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
    if (keys.size === 0) throw new Error("wanted at least one key");
    this.#keys = keys;
  }

  /** Key id that signs. */
  get signingKid(): string {
    return this.#keys.keys().next().value as string;
  }

  kids(): string[] {
    return [...this.#keys.keys()];
  }

  /** Returns the bytes under a key id, or undefined for an id that the ring does not hold. */
  bytes(kid: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#keys.get(kid);
  }

  toJSON(): string {
    return `[redacted: ${this.#keys.size} keys]`;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return this.toJSON();
  }
}

/** Reads `kid:base64[,kid:base64…]`. Errors name the key id and what is wrong with it, never the key. */
export function parseKeyRing(text: string): KeyRing {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const colon = entry.indexOf(":");
    const kid = colon < 0 ? "" : entry.slice(0, colon);
    if (!KID_PATTERN.test(kid)) {
      throw new Error("wanted kid:base64[,kid:base64…], with key ids of 1 to 32 letters, digits, _ or -");
    }
    if (keys.has(kid)) throw new Error(`wanted each key id once, got "${kid}" twice`);
    keys.set(kid, parseKey({ kid, base64: entry.slice(colon + 1) }));
  }
  return new KeyRing(keys);
}

function parseKey({ kid, base64 }: { kid: string; base64: string }): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    throw new Error(`wanted base64 under key id "${kid}"`);
  }
  if (bytes.length < KEY_BYTES_MIN) {
    throw new Error(`wanted ${KEY_BYTES_MIN} bytes or more under key id "${kid}", got ${bytes.length}`);
  }
  const sample = Uint8Array.fromBase64(SAMPLE_KEY_BASE64);
  if (bytes.length === sample.length && bytes.every((byte, index) => byte === sample[index])) {
    throw new Error(
      `wanted a key of your own under key id "${kid}", got the public sample key; make one with: openssl rand -base64 32`,
    );
  }
  if (new Set(bytes).size < DISTINCT_BYTES_MIN) {
    throw new Error(
      `wanted random bytes under key id "${kid}", got fewer than ${DISTINCT_BYTES_MIN} distinct ones`,
    );
  }
  return bytes;
}
