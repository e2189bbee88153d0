/** What happens once in a while, and what else. */
import fc from "fast-check";

export function rarely<Rare, Usual>(
  onceIn: number,
  [rare, usual]: readonly [rare: fc.Arbitrary<Rare>, usual: fc.Arbitrary<Usual>],
): fc.Arbitrary<Rare | Usual> {
  return fc.oneof<[fc.WeightedArbitrary<Usual>, fc.WeightedArbitrary<Rare>]>(
    { weight: onceIn - 1, arbitrary: usual },
    { weight: 1, arbitrary: rare },
  );
}
