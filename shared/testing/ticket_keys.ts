/** Key rings for tests. Every key here is public: none belongs in a deployment. */
import { type KeyRing, parseKeyRing } from "../ticket/key_ring.ts";

export const KEY_2026A = "JBMWPxe42d4XSFX5HBHThb7r790kHGjHUouzzP5NRq4=";
/** 64 bytes: as long as a block of SHA-256. */
export const KEY_OLD =
  "mn9RLqQAqg6wo6ZJxG7W6cMDPXtchlgyKl5G1JrvOC1+C/V9XkpOOSBD15xUE8SEczvesqRsY4vP0fS+zyk9+Q==";

export const RING_2026A = `2026a:${KEY_2026A}`;
export const RING_OLD = `old_key-1:${KEY_OLD}`;

/** Signs as 2026a and verifies old_key-1 as well. */
export function testKeyRing(): KeyRing {
  return parseKeyRing(`${RING_2026A},${RING_OLD}`);
}
