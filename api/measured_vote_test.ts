import { assert, assertEquals } from "@std/assert";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import { measureVotes } from "./measured_vote.ts";
import type { VoteEnd } from "./metrics.ts";

const BALLOT = {
  request: { names: ["ada"], counts: [1], voter: undefined, requestId: undefined },
  ticket: "t",
};

function measured(castVote: () => Promise<CastVoteOutcome>) {
  const ends: [code: VoteEnd, seconds: number][] = [];
  const cast = measureVotes(castVote, { voteEnded: (code, seconds) => void ends.push([code, seconds]) });
  return { cast: () => cast(BALLOT), ends };
}

Deno.test("measureVotes() counts each vote once, by what came of it, and hands the outcome on", async () => {
  const outcomes: [CastVoteOutcome, VoteEnd][] = [
    [{ kind: "accepted", totals: [3] }, "ACCEPTED"],
    [{ kind: "refused", code: "TICKET_EXPIRED" }, "TICKET_EXPIRED"],
    [{ kind: "unknown", cause: new Error("gone") }, "UNKNOWN"],
  ];
  for (const [outcome, code] of outcomes) {
    const { cast, ends } = measured(() => Promise.resolve(outcome));
    assertEquals(await cast(), outcome);
    assertEquals(ends.map(([code]) => code), [code]);
    assert((ends[0]?.[1] ?? -1) >= 0);
  }
});

Deno.test("measureVotes() counts a fault as a vote whose outcome nobody knows", async () => {
  const { cast, ends } = measured(() => Promise.reject(new Error("broken")));
  assertEquals(await cast().then(() => "went well", ({ message }) => message), "broken");
  assertEquals(ends.map(([code]) => code), ["UNKNOWN"]);
});
