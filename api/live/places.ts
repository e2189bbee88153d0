/** Places that are taken and given back: so many in all, and so many for each address. */

/** `full`: none is left; `address`: its own are all taken. */
export type Refusal = "full" | "address";

export interface Places {
  /** Undefined where the address is not known, as at an edge host: then only the number in all counts. */
  take(address: string | undefined): Refusal | undefined;
  giveBack(address: string | undefined): void;
  taken(): number;
}

export function createPlaces({ max, perAddressMax }: { max: number; perAddressMax: number }): Places {
  const byAddress = new Map<string, number>();
  let taken = 0;
  return {
    take(address) {
      if (taken >= max) return "full";
      if (address !== undefined) {
        const own = byAddress.get(address) ?? 0;
        if (own >= perAddressMax) return "address";
        byAddress.set(address, own + 1);
      }
      taken += 1;
      return undefined;
    },
    giveBack(address) {
      taken -= 1;
      if (address === undefined) return;
      const own = (byAddress.get(address) ?? 1) - 1;
      if (own > 0) byAddress.set(address, own);
      else byAddress.delete(address);
    },
    taken: () => taken,
  };
}
