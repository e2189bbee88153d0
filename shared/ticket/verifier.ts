/**
 * Tells genuine tickets from forged ones. A verify by Web Crypto costs as much as a vote, and all voters of one second
 * hold the same ticket, so the few genuine ones of the moment are remembered; forged ones never are. The memory is a
 * pure cache: epoch, expiry and uses are judged by the vote script alone.
 */
import { importTicketKey } from "./import_key.ts";
import type { KeyRing } from "./key_ring.ts";
import { parseTicket, type TicketClaims } from "./ticket.ts";

export interface TicketVerifier {
  /** Returns the claims of a genuine ticket, or undefined for any other text. */
  verify(text: string): Promise<TicketClaims | undefined>;
}

/** Tickets of one second from every rotator are the same text: this spans minutes at any sane interval. */
export const REMEMBERED_MAX = 256;

export function createTicketVerifier(keyRing: KeyRing): TicketVerifier {
  const keys = new Map(
    keyRing.kids().map((kid) => [kid, importTicketKey(keyRing, { kid, use: "verify" })]),
  );
  const remembered = new Map<string, TicketClaims>();

  return {
    async verify(text) {
      const known = remembered.get(text);
      if (known) return known;
      const parsed = parseTicket(text);
      const key = parsed && keys.get(parsed.kid);
      if (!key) return undefined;
      // Constant time is Web Crypto's promise for verify, whatever the first wrong byte.
      if (!await crypto.subtle.verify("HMAC", await key, parsed.mac, parsed.signedBytes)) return undefined;
      const { kid, shard, epoch, opensAt } = parsed;
      // Every caller of this ticket gets the same object.
      const claims = Object.freeze({ kid, shard, epoch, opensAt });
      remembered.set(text, claims);
      // A Map keeps insertion order: the first key is the oldest ticket.
      if (remembered.size > REMEMBERED_MAX) remembered.delete(remembered.keys().next().value as string);
      return claims;
    },
  };
}
