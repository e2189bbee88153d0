/** Whether something has gone well lately: what readiness is told of a dependency that can only be tried. */

export interface Freshness {
  /** It has just gone well. */
  mark(): void;
  isFresh(): boolean;
}

export function createFreshness(maxAgeMs: number, now: () => number = () => performance.now()): Freshness {
  let markedAt = -Infinity;
  return {
    mark: () => void (markedAt = now()),
    isFresh: () => now() - markedAt <= maxAgeMs,
  };
}
