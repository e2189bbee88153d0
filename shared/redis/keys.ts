/** Every Redis key of CAST. The keys of one shard share one hash tag, so that each script runs on one cluster node. */

/** Whose keys: the prefix is `CAST_REDIS_PREFIX`. */
export interface ShardAddress {
  readonly prefix: string;
  readonly shard: number;
}

export type ShardKeys = ReturnType<typeof shardKeys>;

export function shardKeys({ prefix, shard }: ShardAddress) {
  const base = `${prefix}:{${shard}}:`;
  return {
    /** hash: epoch, incarnation, newest_opens_at; absent = closed */
    meta: `${base}meta`,
    /** zset: opens_at of every ticket that mint wrote for the epoch */
    tickets: `${base}tickets`,
    /** zset: name -> total */
    tally: `${base}tally`,
    /** zset: the tally that a restore is loading; belongs to the guard whose claim stands */
    tallyLoading: `${base}tally_loading`,
    /** stream: one entry a counted vote, id = <epoch>-<version> */
    outbox: `${base}outbox`,
    /** string: which relay is at work */
    relayLease: `${base}relay_lease`,
    /** string: which guard may open the shard */
    claim: `${base}claim`,
    /** set: vote ids whose effect was carried here from Postgres since the last restore */
    carried: `${base}carried`,
    /** hash: epoch -> highest version without a gap below it in Postgres; basis: what that rests on */
    stored: `${base}stored`,
    /** set: the names that may be voted for, when they are listed */
    candidates: `${base}candidates`,
    /** zset: the totals that are published while results are frozen; absent name: 0 */
    frozen: `${base}frozen`,
    /** string: votes accepted from a voter in the window, which the key's life is */
    voter: (voter: string) => `${base}voter:${voter}`,
    /** set: the names that may be voted for, as a guard is loading them */
    candidatesLoading: (loadId: string) => `${base}candidates_loading:${loadId}`,
    /** zset: the totals to publish while results are frozen, as a guard is loading them */
    frozenLoading: (loadId: string) => `${base}frozen_loading:${loadId}`,
    /** what the key of each ticket begins with */
    ticketBase: `${base}ticket:`,
    /** hash: ticket, uses_left, opens_at, expires_at */
    ticket: ({ epoch, opensAt }: { epoch: number; opensAt: number }) => `${base}ticket:${epoch}:${opensAt}`,
    /** string: fingerprint, vote id, outbox id and totals of an accepted vote */
    request: (requestId: string) => `${base}request:${requestId}`,
  };
}
