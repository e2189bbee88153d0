/** The vote script, typed: one vote in, one outcome out, one round trip. */
import type { CastVoteOutcome, RefusalCode } from "../vote/outcome.ts";
import type { TicketClaims } from "../ticket/ticket.ts";
import type { VoteRecord } from "../vote/record.ts";
import { NotConnectedError, type RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import lua from "./lua/vote.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const VOTE_SCRIPT: Script = {
  name: "castVote",
  lua,
  keyCount: 8,
  words: [
    "accepted",
    "not_ready",
    "conflict",
    "poll_closed",
    "expired",
    "exhausted",
    "overloaded",
    "candidate_unknown",
    "voter_limit",
    "too_large",
  ],
};

const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  not_ready: "NOT_READY",
  conflict: "REQUEST_ID_CONFLICT",
  poll_closed: "POLL_CLOSED",
  expired: "TICKET_EXPIRED",
  exhausted: "TICKET_EXHAUSTED",
  overloaded: "OVERLOADED",
  candidate_unknown: "CANDIDATE_UNKNOWN",
  voter_limit: "VOTER_LIMIT",
  too_large: "TOTAL_TOO_LARGE",
};

/**
 * How Redis itself refuses a script before its first write, by the first word of its error. Anything else may have come
 * after a write, so it counts as unknown.
 */
const REFUSED_BY_REDIS: Readonly<Record<string, RefusalCode>> = {
  OOM: "OVERLOADED",
  BUSY: "OVERLOADED",
  MISCONF: "OVERLOADED",
  NOREPLICAS: "OVERLOADED",
  LOADING: "NOT_READY",
  MASTERDOWN: "NOT_READY",
  READONLY: "NOT_READY",
  CLUSTERDOWN: "NOT_READY",
  NOAUTH: "NOT_READY",
  NOPERM: "NOT_READY",
};

export interface VoteScriptInput {
  readonly ticket: TicketClaims;
  readonly record: VoteRecord;
  /** Of names, counts and voter; base64url. */
  readonly fingerprint: string;
}

export interface VoteLimits {
  readonly requestLifeMs: number;
  readonly outboxMax: number;
  /** Largest total a name may reach on this shard. */
  readonly totalMax: number;
  /** Names that may have a total, where the poll does not list them. */
  readonly candidatesMax: number;
  /** Votes of one voter in a window; 0 for no limit. With one, every record must name its voter. */
  readonly voterVotesMax: number;
  readonly voterWindowMs: number;
}

/** Returns the function that casts a vote: it never throws for what Redis does, and never sends a vote twice. */
export function createVoteScript(
  client: RedisClient,
  { keysOf, limits }: { keysOf: (shard: number) => ShardKeys; limits: VoteLimits },
): (input: VoteScriptInput) => Promise<CastVoteOutcome> {
  const run = registerScript(client, VOTE_SCRIPT);
  return async ({ ticket, record, fingerprint }) => {
    const keys = keysOf(ticket.shard);
    const requestId = record.requestId ?? "";
    try {
      const [word, ...totals] = await run({
        keys: [
          ...[keys.meta, keys.ticket(ticket), keys.tally, keys.outbox, keys.request(requestId)],
          // All of them, whether this vote needs them or not: Redis Cluster wants every key declared.
          ...[keys.candidates, keys.frozen, keys.voter(record.voter ?? "")],
        ],
        args: [
          client.incarnation(),
          ticket.epoch,
          record.id,
          JSON.stringify(record),
          requestId === "" ? "0" : "1",
          fingerprint,
          limits.requestLifeMs,
          limits.outboxMax,
          limits.totalMax,
          limits.candidatesMax,
          limits.voterVotesMax,
          limits.voterWindowMs,
          ...record.names.flatMap((name, index) => [name, record.counts[index] as number]),
        ],
      });
      if (word === "accepted") return { kind: "accepted", totals: totals as number[] };
      return { kind: "refused", code: REFUSALS[word] as RefusalCode };
    } catch (error) {
      return outcomeOfError(error);
    }
  };
}

/** Exported for its test: which errors mean that the vote was surely not counted. */
export function outcomeOfError(error: unknown): CastVoteOutcome {
  if (error instanceof NotConnectedError) return { kind: "refused", code: "NOT_READY" };
  if (error instanceof Error && error.name === "ReplyError") {
    const code = REFUSED_BY_REDIS[error.message.split(" ", 1)[0] ?? ""];
    if (code) return { kind: "refused", code };
  }
  return { kind: "unknown", cause: error };
}
