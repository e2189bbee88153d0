/**
 * Casts one vote: the rules of a request, then the ticket's mac, then one run of the vote script, in that order, so that
 * every refusal comes before anything is written. Whatever becomes of the client meanwhile, a vote that was begun is
 * judged to its end: nothing here looks at the request's signal.
 */
import { shardKeys } from "../shared/redis/keys.ts";
import type { VoteScriptInput } from "../shared/redis/vote_script.ts";
import type { TicketVerifier } from "../shared/ticket/verifier.ts";
import type { Logger } from "../shared/log/logger.ts";
import { fingerprint } from "../shared/vote/fingerprint.ts";
import type { CastVoteOutcome, RefusalCode } from "../shared/vote/outcome.ts";
import { RECORD_VERSION, type VoteRecord } from "../shared/vote/record.ts";
import { requestProblem, SHARD_COUNT, type VoteRequest } from "../shared/vote/rules.ts";

export interface Ballot {
  readonly request: VoteRequest;
  /** As the client sent it. */
  readonly ticket: string;
}

export type CastVote = (ballot: Ballot) => Promise<CastVoteOutcome>;

export interface CastVoteDeps {
  readonly verifier: TicketVerifier;
  readonly runVoteScript: (input: VoteScriptInput) => Promise<CastVoteOutcome>;
  /** Votes for one name in one call. */
  readonly countMax: number;
  /** Makes a UUIDv7: the ledger is ordered by it. */
  readonly newVoteId: () => string;
  readonly log: Logger;
}

export function createCastVote(
  { verifier, runVoteScript, countMax, newVoteId, log }: CastVoteDeps,
): CastVote {
  return async ({ request, ticket }) => {
    const problem = requestProblem(request, countMax);
    if (problem !== undefined) return refused("INPUT_INVALID", problem);
    const claims = await verifier.verify(ticket);
    if (claims === undefined) return refused("TICKET_INVALID");
    // Genuine, but of a shard that is not: it was signed by a CAST of more shards.
    if (claims.shard >= SHARD_COUNT) return refused("TICKET_EXPIRED");

    const record = voteRecord(request, { id: newVoteId(), shard: claims.shard });
    const outcome = await runVoteScript({ ticket: claims, record, fingerprint: fingerprintText(request) });
    logOutcome(log, { outcome, voteId: record.id });
    return outcome;
  };
}

/** The keys of each shard, made once: they are the same for every vote. */
export function createShardKeyTable(prefix: string) {
  const table = Array.from({ length: SHARD_COUNT }, (_, shard) => shardKeys({ prefix, shard }));
  return (shard: number) => {
    const keys = table[shard];
    if (!keys) throw new Error(`Find the keys of a shard: wanted one below ${SHARD_COUNT}, got ${shard}`);
    return keys;
  };
}

function refused(code: RefusalCode, detail?: string): CastVoteOutcome {
  return { kind: "refused", code, ...(detail === undefined ? {} : { detail }) };
}

function voteRecord(request: VoteRequest, { id, shard }: { id: string; shard: number }): VoteRecord {
  const { names, counts, voter, requestId } = request;
  return {
    v: RECORD_VERSION,
    id,
    shard,
    names,
    counts,
    ...(voter === undefined ? {} : { voter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Compared only under a request id: without one a vote is not worth a digest. */
function fingerprintText(request: VoteRequest): string {
  if (request.requestId === undefined) return "";
  return fingerprint(request).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** One line a vote only at debug; a vote of which nobody knows what came is worth one always. */
function logOutcome(log: Logger, { outcome, voteId }: { outcome: CastVoteOutcome; voteId: string }): void {
  switch (outcome.kind) {
    case "accepted":
      return log.debug("vote_accepted", { voteId });
    case "refused":
      return log.debug("vote_refused", { voteId, code: outcome.code });
    case "unknown":
      return log.warn("vote_outcome_unknown", { voteId, error: outcome.cause });
    default:
      return outcome satisfies never;
  }
}
