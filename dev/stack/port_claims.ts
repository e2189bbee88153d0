/**
 * The ports of one stack: no two of its parts get the same one, and a stack that is kept tends to find its old ones again.
 */
import type { Checkout } from "./checkout.ts";
import { findFreePort } from "./ports.ts";

export interface PortClaims {
  /** A free port that was not given out before; the same `place` is looked at first every time. */
  claim(place: number): number;
}

export function createPortClaims(options: { checkout: Checkout; keepData: boolean }): PortClaims {
  const seed = Number.parseInt(options.checkout.id.slice(0, 8), 16);
  const taken = new Set<number>();
  return {
    claim: (place) => {
      // A stack for a single run begins anywhere, so that several at once do not meet.
      const port = findFreePort({ ...(options.keepData ? { seed: seed + place } : {}), taken });
      taken.add(port);
      return port;
    },
  };
}
