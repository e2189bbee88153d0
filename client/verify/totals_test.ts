import { assertEquals } from "@std/assert";
import { compareTotals } from "./totals.ts";

type Row = [name: string, votes: number | null, events: number | null, after?: number];

function compare(tally: Record<string, number>, rows: readonly Row[]) {
  const comparison = compareTotals(new Map(Object.entries(tally)));
  const text = (value: number | null | undefined) =>
    value === undefined || value === null ? null : String(value);
  for (const [name, votes, events, after] of rows) {
    comparison.add({ name, votes: text(votes), events: text(events), after: text(after) });
  }
  return comparison.finish();
}

Deno.test("compareTotals() takes what was cast since off votes before it compares", () => {
  const { findings, redis, votes } = compare({ ada: 3, bob: 2 }, [["ada", 5, 5, 2], ["bob", 2, 2], [
    "new",
    4,
    4,
    4,
  ]]);
  assertEquals(findings, []);
  assertEquals([redis, votes], [{ names: 2, sum: 5 }, { names: 3, sum: 11, sumAfter: 6 }]);
});

Deno.test("compareTotals() tells each kind of difference apart", () => {
  const { findings } = compare({ ada: 3, bob: 2, ghost: 1 }, [
    ["ada", 4, 4],
    ["bob", 2, 3],
    ["cleo", 1, 1],
    ["dan", null, 5],
  ]);
  assertEquals(findings, [
    {
      kind: "votes_differ_from_events",
      count: 2,
      names: [{ name: "bob", votes: 2, events: 3 }, { name: "dan", votes: 0, events: 5 }],
    },
    { kind: "total_differs", count: 1, names: [{ name: "ada", redis: 3, votes: 4 }] },
    { kind: "only_in_redis", count: 1, names: [{ name: "ghost", redis: 1, votes: 0 }] },
    { kind: "only_in_votes", count: 1, names: [{ name: "cleo", redis: 0, votes: 1 }] },
  ]);
});

Deno.test("compareTotals() takes a total of 0 for a name that is not there", () => {
  assertEquals(compare({ ada: 0 }, [["bob", 0, null]]).findings, []);
});

Deno.test("compareTotals() keeps every digit up to 2^53", () => {
  const big = Number.MAX_SAFE_INTEGER;
  assertEquals(compare({ ada: big }, [["ada", big, big]]).findings, []);
  assertEquals(compare({ ada: big }, [["ada", big - 1, big - 1]]).findings.length, 1);
});

Deno.test("compareTotals() finds a total that is no number", () => {
  assertEquals(compare({ ada: NaN }, [["ada", 1, 1]]).findings.length, 1);
  assertEquals(compare({ ada: NaN }, []).findings.length, 1);
});

Deno.test("compareTotals() names a hundred and counts all", () => {
  const tally = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`name ${index}`, 1]));
  const [only] = compare(tally, []).findings;
  assertEquals(only?.kind === "only_in_redis" && [only.count, only.names.length], [250, 100]);
});
