/** Randomness from a seed: the same seed gives the same faults in the same order. */

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** Whole, both ends included. */
  between(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** Another generator, by the seed and the purpose alone: what is drawn here, and by whom, does not matter to it. */
  fork(purpose: string): Random;
}

/** sfc32 over the seed: small, and long enough for any run. */
export function createRandom(seed: number): Random {
  let [a, b, c, count] = [0, seed | 0, 0x9e3779b9, 1];
  const next = () => {
    const sum = (a + b | 0) + count++ | 0;
    a = b ^ (b >>> 9);
    b = c + (c << 3) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers of near seeds are alike.
  for (let round = 0; round < 15; round++) next();
  const below = (end: number) => Math.floor(next() * end);
  const shuffled = <T>(list: readonly T[]) => {
    const rest = [...list];
    return list.map(() => rest.splice(below(rest.length), 1)[0] as T);
  };
  return {
    next,
    between: (min, max) => min + below(max - min + 1),
    pick: (list) => {
      if (list.length === 0) throw new RangeError("Pick at random: the list is empty");
      return list[below(list.length)] as typeof list[number];
    },
    shuffled,
    fork: (purpose) => createRandom(mix(seed, purpose)),
  };
}

/** FNV-1a. */
function mix(seed: number, purpose: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${purpose}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash | 0;
}
