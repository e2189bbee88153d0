/** Signs tickets with the first key of the ring. Deterministic: the same claims give the same ticket, on any host. */
import { importTicketKey } from "./import_key.ts";
import type { KeyRing } from "./key_ring.ts";
import { formatTicket, signedBytes, type TicketClaims } from "./ticket.ts";

export interface TicketSigner {
  sign(claims: Omit<TicketClaims, "kid">): Promise<string>;
}

export function createTicketSigner(keyRing: KeyRing): TicketSigner {
  const kid = keyRing.signingKid;
  const key = importTicketKey(keyRing, { kid, use: "sign" });
  return {
    async sign(claims) {
      const signed = { ...claims, kid };
      const mac = await crypto.subtle.sign("HMAC", await key, signedBytes(signed));
      return formatTicket(signed, new Uint8Array(mac));
    },
  };
}
