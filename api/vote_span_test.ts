import { assert } from "@std/assert";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import { withVoteSpan } from "./vote_span.ts";

Deno.test("withVoteSpan() leaves the vote script as it is where Deno does not trace", () => {
  const run = (): Promise<CastVoteOutcome> => Promise.resolve({ kind: "accepted", totals: [1] });
  assert(withVoteSpan(run) === run);
});
