/** Puts what became of a command into words, one line each. Pure. */
import type { Action } from "./arguments.ts";
import type { ChangeOutcome } from "./change.ts";
import type { CandidatesStatus, PollStatus } from "./status.ts";

export function describeStatus(status: PollStatus): string[] {
  const { voting, votingSince, results, resultsSince, applied } = status;
  const candidates = describeCandidates(status.shards[0]?.candidates ?? null);
  return [
    `Voting: ${voting}, since ${votingSince}`,
    `Results: ${results}, since ${resultsSince}`,
    `Candidates: ${candidates}`,
    applied ? "Every shard obeys" : `Not obeyed yet by ${laggards(status)}`,
  ];
}

export function describeOutcome(outcome: ChangeOutcome, action: Action): string[] {
  const { status } = outcome;
  switch (outcome.kind) {
    case "applied":
      return [describeApplied(status, action)];
    case "not_applied":
      return [
        `Recorded, but not obeyed by ${laggards(status)} within ${Math.round(outcome.waitedMs / 1000)} s` +
        (action === "close" ? ": votes may still be accepted" : ""),
        "The guard of a vote persister brings it to Redis as soon as both run",
      ];
    case "superseded":
      return [
        `Changed again meanwhile: voting is ${status.voting}, results are ${status.results}`,
        "Another operator has changed it, or a guard, since Postgres came back from a backup; ask again",
      ];
    default:
      throw new Error(`Describe ${outcome satisfies never}: wanted a known outcome`);
  }
}

/** Of several shards the last to obey counts. */
function describeApplied({ shards, resultsSince }: PollStatus, action: Action): string {
  const since = shards.map(({ votingSince }) => votingSince ?? "").sort().at(-1);
  switch (action) {
    case "open":
      return `Voting is open, since ${since} by Redis's clock`;
    case "close":
      return `Voting is closed: no vote has been accepted since ${since} by Redis's clock`;
    case "freeze":
      return `Results are frozen: the totals of ${resultsSince} are shown while votes count on`;
    case "publish":
      return "Results are live: every total is shown as it stands";
    default:
      throw new Error(`Describe ${action satisfies never}: wanted a known action`);
  }
}

function describeCandidates(candidates: CandidatesStatus | null): string {
  if (!candidates) return "unknown, no guard has opened the shard yet";
  return candidates.kind === "any" ? "any" : `listed, ${candidates.count}`;
}

function laggards({ shards }: PollStatus): string {
  return shards.filter(({ obeys }) => !obeys).map(({ shard }) => `shard ${shard}`).join(", ");
}
