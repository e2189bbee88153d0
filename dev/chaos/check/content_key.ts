/**
 * What a request asks for, as one number of 53 bits: two requests of a run that differ have the same one once in some
 * thousand million runs, and a text for each of two million requests would not fit beside the rest.
 */

export interface Content {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter?: string | undefined;
}

/** Never 0. The order of the names counts, as it does for the fingerprint. */
export function contentKey({ names, counts, voter }: Content): number {
  return textKey(JSON.stringify([names, counts, voter ?? null]));
}

/** cyrb53: two multiplicative hashes of 32 bits, mixed. */
export function textKey(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 2 ** 32 * (mixedLow & 0x1fffff) + (mixedHigh >>> 0) + 1;
}
