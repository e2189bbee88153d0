/** Counts what comes of votes, and how long they take. */
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import type { CastVote } from "./cast_vote.ts";
import type { ApiMetrics, VoteEnd } from "./metrics.ts";

export function measureVotes(castVote: CastVote, metrics: Pick<ApiMetrics, "voteEnded">): CastVote {
  return async (ballot) => {
    const begunMs = performance.now();
    // What throws is told to the client as a fault: it knows no more than of a vote without an answer.
    let code: VoteEnd = "UNKNOWN";
    try {
      const outcome = await castVote(ballot);
      code = endOf(outcome);
      return outcome;
    } finally {
      metrics.voteEnded(code, (performance.now() - begunMs) / 1000);
    }
  };
}

function endOf(outcome: CastVoteOutcome): VoteEnd {
  switch (outcome.kind) {
    case "accepted":
      return "ACCEPTED";
    case "refused":
      return outcome.code;
    case "unknown":
      return "UNKNOWN";
    default:
      return outcome satisfies never;
  }
}
