/** The one way from a ring's bytes to a Web Crypto key, so that signer and verifier cannot differ. */
import type { KeyRing } from "./key_ring.ts";

/** The key cannot be taken out again. */
export function importTicketKey(
  keyRing: KeyRing,
  { kid, use }: { kid: string; use: "sign" | "verify" },
): Promise<CryptoKey> {
  const bytes = keyRing.bytes(kid);
  if (!bytes) throw new Error(`Import ticket key: the ring holds no key id "${kid}"`);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [use]);
}
