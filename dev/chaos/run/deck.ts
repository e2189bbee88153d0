/** In which order faults come: each once before any comes twice, every round shuffled anew. */
import type { Random } from "./random.ts";

export interface Deck<T> {
  next(): T;
}

export function createDeck<T>(cards: readonly T[], random: Random): Deck<T> {
  if (cards.length === 0) throw new RangeError("Shuffle a deck: there are no cards");
  let rest: T[] = [];
  return {
    next() {
      if (rest.length === 0) rest = random.shuffled(cards);
      return rest.shift() as T;
    },
  };
}
