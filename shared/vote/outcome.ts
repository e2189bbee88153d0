/** What came of a vote: a closed union, mapped to `VoteResult` and its `VoteCode` in one place in the API. */

/** Why a vote was refused. A refused vote changed nothing: no total, no use, no outbox entry. */
export type RefusalCode =
  | "INPUT_INVALID"
  | "VOTER_UNAUTHORIZED"
  | "TICKET_INVALID"
  | "TICKET_EXPIRED"
  | "TICKET_EXHAUSTED"
  | "POLL_CLOSED"
  | "CANDIDATE_UNKNOWN"
  | "VOTER_LIMIT"
  | "TOTAL_TOO_LARGE"
  | "REQUEST_ID_CONFLICT"
  | "OVERLOADED"
  | "NOT_READY";

export type CastVoteOutcome =
  /** Counted; totals in the order asked. */
  | { readonly kind: "accepted"; readonly totals: readonly number[] }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly detail?: string }
  /** Sent to Redis, no reply: counted or not, nobody here can tell. The client repeats it with the same requestId. */
  | { readonly kind: "unknown"; readonly cause: unknown };
