/** Runs the sides of a comparison in turn, so that a machine which grows slower or faster meanwhile favours none. */

export type Side = () => Promise<number>;
export type Samples<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * Runs every side once a round, each second round in the opposite order. Returns what each side measured, round by
 * round. The first round warms up and is not among them.
 */
export async function interleave<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  { rounds, signal }: { rounds: number; signal: AbortSignal },
): Promise<Samples<Name>> {
  const names = Object.keys(sides) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      signal.throwIfAborted();
      const measured = await sides[name]();
      if (round > 0) samples[name].push(measured);
    }
  }
  return samples;
}
