/**
 * What Redis holds of the poll, as the scripts that switch it see it: on plain maps what `load_candidates`, `load_frozen`
 * and `switch_poll` do. A test against a real Redis holds each to it.
 */
import type { PollInRedis, PollSwitch } from "../../shared/redis/poll_scripts.ts";

/** A Redis that never obeyed any poll. */
export const NO_POLL: PollInRedis = {
  revision: undefined,
  voting: "open",
  votingSinceMs: undefined,
  results: "live",
  frozenRevision: undefined,
  candidatesDigest: undefined,
};

export class SimulatedPoll {
  /** Undefined where `meta` has none of its fields. */
  state: PollInRedis | undefined;
  candidates: ReadonlySet<string>;
  frozen: ReadonlyMap<string, number>;
  /** By load. */
  readonly loadingCandidates: Map<string, Set<string>>;
  readonly loadingFrozen: Map<string, Map<string, number>>;

  constructor(from?: SimulatedPoll) {
    this.state = from?.state;
    this.candidates = from?.candidates ?? new Set();
    this.frozen = from?.frozen ?? new Map();
    this.loadingCandidates = new Map(from?.loadingCandidates);
    this.loadingFrozen = new Map(from?.loadingFrozen);
  }

  get seen(): PollInRedis {
    return this.state ?? NO_POLL;
  }

  loadCandidates(loadId: string, names: readonly string[]): void {
    this.loadingCandidates.set(loadId, new Set([...this.loadingCandidates.get(loadId) ?? [], ...names]));
  }

  loadFrozen(loadId: string, totals: readonly (readonly [name: string, total: string])[]): void {
    const loaded = new Map(this.loadingFrozen.get(loadId));
    for (const [name, total] of totals) loaded.set(name, Number(total));
    this.loadingFrozen.set(loadId, loaded);
  }

  /** `isThere`: the claim, or the epoch for this process, stands. Returns since when voting is what it is. */
  switchTo(
    { on, seen, to, candidates, frozen }: PollSwitch,
    { isThere, timeMs, comparesSeen = true }: { isThere: boolean; timeMs: number; comparesSeen?: boolean },
  ): number | undefined {
    if (!isThere) return undefined;
    const now = this.seen;
    const isClaimed = "claimId" in on;
    const isAsSeen = now.revision === seen.revision && now.candidatesDigest === seen.candidatesDigest;
    if (!isClaimed && !isAsSeen && comparesSeen) return undefined;
    const names = this.loadingCandidates.get(candidates?.loadId ?? "") ?? new Set();
    const totals = this.loadingFrozen.get(frozen?.loadId ?? "") ?? new Map();
    if (candidates && candidates.count !== names.size) return undefined;
    if (frozen && frozen.count !== totals.size) return undefined;

    if (candidates) {
      this.candidates = names;
      this.loadingCandidates.delete(candidates.loadId);
    } else if (to.candidatesDigest === undefined) this.candidates = new Set();
    if (frozen || to.results === "live") this.frozen = frozen ? totals : new Map();
    if (frozen) this.loadingFrozen.delete(frozen.loadId);
    const isSameLife = !isClaimed || now.revision === to.revision;
    const since = isSameLife && this.state?.voting === to.voting ? now.votingSinceMs : undefined;
    const votingSinceMs = since ?? timeMs;
    this.state = { ...to, votingSinceMs };
    return votingSinceMs;
  }
}
