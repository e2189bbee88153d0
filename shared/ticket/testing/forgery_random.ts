/** Chance that a seed repeats: what a run of forgeries drew, another run with its seed draws again. */

/** A number below the bound, from 0 on. */
export type Draw = (bound: number) => number;

/** mulberry32: small, fast and even enough to mix forgeries; no key of a deployment may ever come from it. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * bound);
  };
}

export function pick<T>(draw: Draw, among: readonly T[]): T {
  return among[draw(among.length)] as T;
}

export function drawBytes(draw: Draw, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => draw(256));
}
