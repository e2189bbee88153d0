/**
 * Stand-in for `jsr:@std/crypto`: the functions that CAST uses, with the same names and semantics, built on
 * `node:crypto`, so that CAST builds where JSR cannot be reached. Remove `links` from deno.json to use the original.
 */
import { createHash } from "node:crypto";

const NODE_NAMES = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;

export type DigestAlgorithmName = keyof typeof NODE_NAMES;

function digestSync(algorithm: DigestAlgorithmName, bytes: BufferSource): ArrayBuffer {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const { buffer, byteOffset, byteLength } = createHash(NODE_NAMES[algorithm]).update(view).digest();
  // A digest's own memory, unless node:crypto gave a piece of a larger one.
  return buffer.byteLength === byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}

/** The part of the original's extended Web Crypto that CAST uses: the digest without a promise. */
export const crypto = { subtle: { digestSync } };
