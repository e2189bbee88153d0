/**
 * Casts one vote: the rules of a request, then who votes, then the ticket's mac, then one run of the vote script, in that
 * order, so that every refusal comes before anything is written. Whatever becomes of the client meanwhile, a vote that was
 * begun is judged to its end: nothing here looks at the request's signal.
 */
import { shardKeys } from "../shared/redis/keys.ts";
import type { VoteScriptInput } from "../shared/redis/vote_script.ts";
import type { TicketVerifier } from "../shared/ticket/verifier.ts";
import type { Logger } from "../shared/log/logger.ts";
import { fingerprint } from "../shared/vote/fingerprint.ts";
import type { CastVoteOutcome, RefusalCode } from "../shared/vote/outcome.ts";
import { RECORD_VERSION, type VoteRecord } from "../shared/vote/record.ts";
import { requestProblem, SHARD_COUNT, type VoteRequest } from "../shared/vote/rules.ts";
import type { VoterAuthority } from "./voter/voter_authority.ts";

export interface Ballot {
  readonly request: VoteRequest;
  /** As the client sent it. */
  readonly ticket: string;
  /** The header of that name, as the client sent it. */
  readonly authorization?: string | undefined;
}

export type CastVote = (ballot: Ballot) => Promise<CastVoteOutcome>;

export interface CastVoteDeps {
  readonly verifier: TicketVerifier;
  /** Absent: nobody has to prove who votes, and whatever the client says of it is kept. */
  readonly voterAuthority?: VoterAuthority | undefined;
  /** Votes of nobody in particular are refused: those of each voter are counted. */
  readonly needsVoter?: boolean;
  readonly runVoteScript: (input: VoteScriptInput) => Promise<CastVoteOutcome>;
  /** Votes for one name in one call. */
  readonly countMax: number;
  /** Makes a UUIDv7: the ledger is ordered by it. */
  readonly newVoteId: () => string;
  readonly log: Logger;
}

const OTHER_VOTER = "voterUsername is not the voter whom the token was made for";
const NO_VOTER = "voterUsername must be given: the votes of each voter are limited";

export function createCastVote(
  { verifier, voterAuthority, needsVoter = false, runVoteScript, countMax, newVoteId, log }: CastVoteDeps,
): CastVote {
  return async ({ request: asked, ticket, authorization }) => {
    const problem = requestProblem(asked, countMax);
    if (problem !== undefined) return refused("INPUT_INVALID", problem);
    let request = asked;
    if (voterAuthority) {
      const outcome = await voterAuthority.authenticate(authorization);
      if (outcome.kind === "unchecked") return refused("NOT_READY", outcome.detail);
      if (outcome.kind === "unauthorized") return refused("VOTER_UNAUTHORIZED", outcome.detail);
      if (asked.voter !== undefined && asked.voter !== outcome.name) {
        return refused("VOTER_UNAUTHORIZED", OTHER_VOTER);
      }
      request = { ...asked, voter: outcome.name };
    } else if (needsVoter && asked.voter === undefined) return refused("INPUT_INVALID", NO_VOTER);
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
