import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createDeck } from "./deck.ts";
import { createRandom } from "./random.ts";

const numbers = (seed: number, count = 50) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

Deno.test("createRandom() gives the same numbers for the same seed, others for the next, all from 0 to below 1", () => {
  assertEquals(numbers(7), numbers(7));
  assertNotEquals(numbers(7), numbers(8));
  assert(numbers(7, 10_000).every((number) => number >= 0 && number < 1));
});

Deno.test("between() reaches both ends and nothing beyond", () => {
  const random = createRandom(1);
  const seen = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
  assertEquals([...seen].sort(), [3, 4, 5, 6]);
});

Deno.test("next() of a deck brings each card once before any twice, in an order of the seed's", () => {
  const cards = ["a", "b", "c", "d", "e", "f"];
  const deal = (seed: number) => {
    const deck = createDeck(cards, createRandom(seed));
    return Array.from({ length: 3 }, () => Array.from(cards, () => deck.next()));
  };
  for (const round of deal(5)) assertEquals([...round].sort(), cards);
  assertEquals(deal(5), deal(5));
  assertNotEquals(deal(5), deal(6));
});

Deno.test("fork() depends on the seed and the purpose alone", () => {
  const random = createRandom(5);
  const first = random.fork("load").next();
  random.next();
  assertEquals([random.fork("load").next(), createRandom(5).fork("load").next()], [first, first]);
  const others = [random.fork("deck"), createRandom(6).fork("load"), random].map((other) => other.next());
  assertEquals(new Set([first, ...others]).size, 4);
});
