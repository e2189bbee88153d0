/** What a look has to do so that a shard obeys the poll, and from what it knows that: pure. */
import type { PollState } from "../../../shared/poll/poll_state.ts";
import type { PollInRedis } from "../../../shared/redis/poll_scripts.ts";

/** What Redis was last seen to obey, as Postgres has noted it. */
export interface AppliedPoll {
  readonly revision: string;
  readonly candidatesDigest: string | undefined;
  /** Since when, by Redis's clock, voting is what it is. */
  readonly votingSinceMs: number;
}

/** The poll as the ledger has it. */
export interface LedgerPoll extends PollState {
  readonly revision: string;
  /** Whose totals are published; undefined while results are live. */
  readonly frozenRevision: string | undefined;
  readonly applied: AppliedPoll | undefined;
}

/** `switch`: Redis obeys something else. `note`: it obeys, and Postgres does not say so yet. */
export type PollNeed = "switch" | "note" | "nothing";

/** Revisions have fresh ids and no order: a store that went back has another one, whichever is older. */
export function pollNeed(
  ledger: LedgerPoll,
  { redis, candidatesDigest }: { redis: PollInRedis; candidatesDigest: string | undefined },
): PollNeed {
  const obeys = redis.revision === ledger.revision && redis.frozenRevision === ledger.frozenRevision &&
    redis.candidatesDigest === candidatesDigest &&
    redis.voting === ledger.voting && redis.results === ledger.results;
  if (!obeys) return "switch";
  const { applied } = ledger;
  const isNoted = applied?.revision === ledger.revision && applied.candidatesDigest === candidatesDigest &&
    applied.votingSinceMs === redis.votingSinceMs;
  return isNoted ? "nothing" : "note";
}
