/** The same order for the same seed, so that a run which failed can be repeated. */
import fc from "fast-check";

export function shuffled<Element>(elements: readonly Element[], seed: number): Element[] {
  const order = fc.shuffledSubarray([...elements], { minLength: elements.length });
  return fc.sample(order, { seed: seed | 0, numRuns: 1 })[0] ?? [];
}
