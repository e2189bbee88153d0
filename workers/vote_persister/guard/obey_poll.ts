/**
 * Makes a shard obey the poll, which an operator has changed in Postgres.
 *
 * Postgres decides. It is read after Redis, and the switch goes through only where Redis still obeys what was seen
 * before: a guard that slept cannot bring back what another has ended since. That a shard obeys is noted in Postgres only
 * once it does, so that a noted close is one after which no vote was accepted.
 *
 * A revision in Redis that Postgres does not know means that Postgres went back to a backup, perhaps from before a
 * close. Then neither is known to follow the other, and the stricter of both becomes a new revision in Postgres.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type { PollRow } from "../../../shared/poll/poll_table.ts";
import { isSameState, stricterOf } from "../../../shared/poll/poll_state.ts";
import type { LoadedNames, PollInRedis, PollSwitch } from "../../../shared/redis/poll_scripts.ts";
import type { GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import type { Candidates } from "./candidates.ts";
import type { PollNeed } from "./decide_poll.ts";
import type { GuardLedger } from "./ledger.ts";

export interface ObeyOptions {
  readonly shard: number;
  readonly ledger: GuardLedger;
  readonly scripts: GuardScripts;
  /** Undefined: any name may be voted for. */
  readonly candidates?: Candidates | undefined;
  readonly log: Logger;
}

/** Names loaded by one script: a millisecond of Redis's time. */
const LOAD_NAMES_MAX = 1000;

/** For an open shard. What does not come to pass now is seen by the next look. */
export async function obeyPoll(
  options: ObeyOptions,
  { need, epoch, seen }: { need: PollNeed; epoch: number; seen: PollInRedis },
): Promise<void> {
  const { ledger, scripts, shard, candidates, log } = options;
  if (need === "nothing") return;
  let applied = { revision: seen.revision, votingSinceMs: seen.votingSinceMs };
  if (need === "switch") {
    const incarnation = scripts.incarnation();
    const poll = await settlePoll(options, { seen, incarnation, isLocked: false });
    if (!poll) return;
    const votingSinceMs = await switchPoll(options, {
      poll,
      seen,
      incarnation,
      on: { epoch },
      loadsAll: false,
    });
    if (votingSinceMs === undefined) return log.warn("poll_superseded", { shard, revision: poll.revision });
    applied = { revision: poll.revision, votingSinceMs };
    log.info("poll_switched", { shard, ...describePoll(poll), candidates: candidates?.names.length });
  }
  if (applied.revision === undefined || applied.votingSinceMs === undefined) return;
  await ledger.poll.note({
    revision: applied.revision,
    votingSinceMs: applied.votingSinceMs,
    candidates: candidates && { digest: candidates.digest, count: candidates.names.length },
  });
}

export interface Seen {
  readonly seen: PollInRedis;
  /** The Redis process that was seen. */
  readonly incarnation: string;
  /** Within the ledger's transaction already. */
  readonly isLocked: boolean;
}

/** Returns what the shard is to obey; undefined when that has changed meanwhile. */
export async function settlePoll(
  options: ObeyOptions,
  { seen, incarnation, isLocked }: Seen,
): Promise<PollRow | undefined> {
  const { ledger, scripts, shard, log } = options;
  const { poll, isKnown } = await ledger.poll.read(seen.revision);
  const to = stricterOf(poll, seen);
  if (isKnown || isSameState(poll, to)) return poll;
  // A backup knows less than Redis of what was published.
  const publishes = to.results === "frozen" && poll.results === "live";
  const totals = publishes ? await scripts.poll.readFrozen(incarnation) : undefined;
  if (publishes && !totals) return undefined;
  const adopt = () => ledger.poll.adopt({ from: poll, to, totals });
  const adopted = await (isLocked ? adopt() : ledger.transact(adopt));
  if (adopted) log.error("poll_adopted", { shard, ...describePoll(adopted), unknown: seen.revision });
  return adopted;
}

export interface SwitchTarget {
  readonly poll: PollRow;
  readonly seen: PollInRedis;
  readonly incarnation: string;
  readonly on: PollSwitch["on"];
  /** Whatever Redis says that it has: after a restore. */
  readonly loadsAll: boolean;
}

/** Loads what Redis lacks and switches. Returns since when voting is what it is; undefined where nothing was switched. */
export async function switchPoll(
  options: ObeyOptions,
  { poll, seen, incarnation, on, loadsAll }: SwitchTarget,
): Promise<number | undefined> {
  const { ledger, scripts, candidates } = options;
  const { revision, voting, results, frozenRevision } = poll;
  const lacksCandidates = loadsAll || seen.candidatesDigest !== candidates?.digest;
  const loadedCandidates = candidates && lacksCandidates
    ? await load(candidates.names, scripts.poll.loadCandidates)
    : undefined;
  let loadedFrozen: LoadedNames | undefined;
  if (frozenRevision !== undefined && (loadsAll || seen.frozenRevision !== frozenRevision)) {
    const totals = await ledger.poll.frozenTotals(frozenRevision);
    // Published or frozen anew meanwhile.
    if (!totals) return undefined;
    loadedFrozen = await load(totals, scripts.poll.loadFrozen);
  }
  return await scripts.poll.switchTo({
    incarnation,
    on,
    seen,
    to: { revision, voting, results, frozenRevision, candidatesDigest: candidates?.digest },
    candidates: loadedCandidates,
    frozen: loadedFrozen,
  });
}

/** In batches, so that votes go on between them. */
async function load<T>(
  all: readonly T[],
  loadBatch: (loadId: string, batch: readonly T[]) => Promise<void>,
): Promise<LoadedNames> {
  const loadId = crypto.randomUUID();
  for (let start = 0; start < all.length; start += LOAD_NAMES_MAX) {
    await loadBatch(loadId, all.slice(start, start + LOAD_NAMES_MAX));
  }
  return { loadId, count: all.length };
}

function describePoll({ revision, voting, results }: PollRow) {
  return { revision, voting, results };
}
