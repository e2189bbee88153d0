import { assertEquals } from "@std/assert";
import { createBallot } from "./ballot.ts";
import { createJudge, isClean } from "./judge.ts";
import type { StoredVote } from "./stored_votes.ts";
import { createVoteEnds, type VoteEnd } from "./vote_ends.ts";

const ballot = createBallot({ run: "load-test", nameCount: 5 });

/** Judges a run whose votes ended so, over the rows that a healthy system has, changed by the test. */
function judged(
  endsOf: readonly VoteEnd[],
  change: (rows: StoredVote[]) => StoredVote[] = (rows) => rows,
  changeTotals: { votes?: number; redis?: number } = {},
) {
  const ends = createVoteEnds(endsOf.length);
  endsOf.forEach((end, n) => ends.set(n, end));
  const judge = createJudge({ ballot, ends });
  const healthy = endsOf.flatMap((end, n) => end === "accepted" ? [row(n)] : []);
  const rows = change(healthy);
  for (const vote of rows) judge.stored(vote);
  const totals = new Map<string, number>();
  for (const { names, counts } of rows) {
    names.forEach((name, index) => totals.set(name, (totals.get(name) ?? 0) + (counts[index] ?? 0)));
  }
  const moved = (by = 0) =>
    new Map([...totals].map(([name, total], index) => [name, index === 0 ? total + by : total]));
  return judge.finish({ votes: moved(changeTotals.votes), redis: moved(changeTotals.redis) });
}

function row(n: number): StoredVote {
  return { requestId: ballot.requestId(n), ...ballot.choice(n) };
}

const ACCEPTED: readonly VoteEnd[] = ["accepted", "accepted", "accepted", "accepted"];

Deno.test("createJudge() finds nothing in a run that is stored as it was told", () => {
  const findings = judged([...ACCEPTED, "refused", "unsent", "unknown"]);
  assertEquals(findings, { counts: {}, examples: [], stored: 4, unknownStored: 0 });
  assertEquals(isClean(findings), true);
});

Deno.test("createJudge() finds an accepted vote that is not stored", () => {
  const findings = judged(ACCEPTED, (rows) => rows.slice(1));
  assertEquals(findings.counts, { lost: 1 });
  assertEquals(findings.examples, ["lost: load-test-0"]);
  assertEquals(isClean(findings), false);
});

Deno.test("createJudge() finds a vote that is stored twice, once however often", () => {
  assertEquals(judged(ACCEPTED, (rows) => [...rows, row(2), row(2)]).counts, { doubled: 1 });
});

Deno.test("createJudge() finds a vote that is stored with other names or counts", () => {
  const other = (rows: StoredVote[], change: Partial<StoredVote>) => [
    ...rows.slice(1),
    { ...row(0), ...change },
  ];
  assertEquals(judged(ACCEPTED, (rows) => other(rows, { counts: [9] })).counts, { altered: 1 });
  assertEquals(judged(ACCEPTED, (rows) => other(rows, { names: ["load-test 4"] })).counts, { altered: 1 });
});

Deno.test("createJudge() lets a vote that nobody knows of be stored once, not twice", () => {
  const ends: readonly VoteEnd[] = ["unknown", "unknown", "accepted"];
  const once = judged(ends, (rows) => [...rows, row(0)]);
  assertEquals([once.counts, once.unknownStored], [{}, 1]);
  assertEquals(judged(ends, (rows) => [...rows, row(0), row(0)]).counts, { doubled: 1 });
});

Deno.test("createJudge() finds a stored vote whose voter was refused, or that was never sent", () => {
  const ends: readonly VoteEnd[] = ["refused", "unsent", "accepted"];
  assertEquals(judged(ends, (rows) => [...rows, row(0), row(1)]).counts, { uninvited: 2 });
  const strange = { ...row(0), requestId: "load-test-99" };
  assertEquals(judged(ends, (rows) => [...rows, strange]).counts, { uninvited: 1 });
});

Deno.test("createJudge() finds totals that are not the sum of the stored votes", () => {
  assertEquals(judged(ACCEPTED, undefined, { votes: 1 }).counts, { votes_total_wrong: 1 });
  assertEquals(judged(ACCEPTED, undefined, { redis: -1 }).counts, { redis_total_wrong: 1 });
});

Deno.test("createJudge() counts everything and shows the first few", () => {
  const findings = judged(Array.from({ length: 40 }, () => "accepted"), () => []);
  assertEquals([findings.counts, findings.examples.length], [{ lost: 40 }, 5]);
});
