/**
 * Gives voters back what they have cast in the window, before a restored shard opens. What is not stored in Postgres yet
 * is not counted against its voter: a voter whose votes died with a disk, or are still on their way, may cast as many again.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type { Claim, GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import type { GuardLedger } from "./ledger.ts";
import type { VoterWindow } from "./voter_ledger.ts";

export interface RestoreVotersOptions {
  readonly shard: number;
  readonly ledger: GuardLedger;
  readonly scripts: GuardScripts;
  readonly log: Logger;
}

/** Voters loaded by one script: some milliseconds of a Redis that serves nobody yet. */
const LOAD_VOTERS_MAX = 1000;

/** Returns false when the claim does not stand any more. */
export async function restoreVoters(
  { shard, ledger, scripts, log }: RestoreVotersOptions,
  { claim, window }: { claim: Claim; window: VoterWindow },
): Promise<boolean> {
  let isClaimed = true;
  let count = 0;
  await ledger.readVoters(window, async (voters) => {
    for (let start = 0; isClaimed && start < voters.length; start += LOAD_VOTERS_MAX) {
      isClaimed = await scripts.poll.loadVoters(claim, voters.slice(start, start + LOAD_VOTERS_MAX));
    }
    count += voters.length;
    return isClaimed;
  });
  if (isClaimed) log.info("voters_loaded", { shard, count });
  return isClaimed;
}
