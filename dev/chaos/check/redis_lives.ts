/** What the history says of Redis's processes and of what they remember. */

/** A stretch of time around an event that made Redis forget. */
interface Forgetting {
  readonly sinceT: number;
  readonly untilT: number;
}

export type RedisLives = ReturnType<typeof createRedisLives>;

export function createRedisLives() {
  const goneTs: number[] = [];
  const forgettings: Forgetting[] = [];
  /** By API process: each epoch that it handed out, and when it first did, oldest first. */
  const epochs = new Map<number, { epoch: number; t: number }[]>();

  return {
    gone: (t: number) => void goneTs.push(t),
    forgot: (forgetting: Forgetting) => void forgettings.push(forgetting),
    handedOut({ api, epoch, t }: { api: number; epoch: number; t: number }): void {
      const seen = epochs.get(api) ?? [];
      epochs.set(api, seen);
      if (epoch > (seen.at(-1)?.epoch ?? -Infinity)) seen.push({ epoch, t });
    },
    /** The newest epoch that an API process had handed out a ticket of before `t`. */
    epochKnown: ({ api, t }: { api: number; t: number }): number =>
      epochs.get(api)?.findLast((seen) => seen.t < t)?.epoch ?? -Infinity,
    /** When the only Redis was last gone before `t`. */
    goneBefore: (t: number): number => goneTs.findLast((goneT) => goneT <= t) ?? -Infinity,
    /** Whether Redis may have forgotten in between what it answered. */
    mayHaveForgotten: ({ fromT, toT }: { fromT: number; toT: number }): boolean =>
      forgettings.some(({ sinceT, untilT }) => sinceT <= toT && untilT >= fromT),
  };
}
