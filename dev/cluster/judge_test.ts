import { assertEquals } from "@std/assert";
import { faultsOf, judge, type LedgerVote } from "./judge.ts";
import type { CastVote, End } from "./voters.ts";

function vote(requestId: string, end: End, wasUnknown = false): CastVote {
  return { requestId, names: ["ada", "bob"], counts: [2, 1], end, wasUnknown };
}

const stored = (requestId: string): LedgerVote => [requestId, ["ada", "bob"], [2, 1]];

Deno.test("judge() finds nothing where each accepted vote is stored once", () => {
  const cast = [
    vote("a", "accepted"),
    vote("b", "accepted", true),
    vote("c", "refused"),
    vote("d", "unknown"),
  ];
  const verdict = judge(cast, { events: [stored("a"), stored("b")], votes: { ada: 4, bob: 2 } });
  assertEquals(faultsOf(verdict), []);
  const { accepted, refused, settled, unknown, unknownStored } = verdict;
  assertEquals({ accepted, refused, settled, unknown, unknownStored }, {
    accepted: 2,
    refused: 1,
    settled: 1,
    unknown: 1,
    unknownStored: 0,
  });
});

Deno.test("judge() lets an unknown vote be stored once, and says so", () => {
  const verdict = judge([vote("a", "unknown", true)], { events: [stored("a")], votes: { ada: 2, bob: 1 } });
  assertEquals([faultsOf(verdict), verdict.unknownStored], [[], 1]);
});

Deno.test("judge() names what is lost, doubled, changed, uninvited, and totals that are apart", () => {
  const cast = [
    vote("lost", "accepted"),
    vote("doubled", "accepted"),
    vote("changed", "accepted"),
    vote("no", "refused"),
  ];
  const events = [stored("doubled"), stored("doubled"), stored("no"), stored("never cast")];
  const verdict = judge(cast, { events: [...events, ["changed", ["ada"], [2]]], votes: { ada: 10, bob: 3 } });
  assertEquals(faultsOf(verdict), [
    "lost: 1 (lost)",
    "doubled: 1 (doubled)",
    "changed: 1 (changed)",
    "uninvited: 2 (no, never cast)",
    "totalsApart: 1 (bob)",
  ]);
});
