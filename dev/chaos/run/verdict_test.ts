import { assertEquals } from "@std/assert";
import { cleanRun, judgeRun } from "../check/small_run.ts";
import type { PhaseSummary } from "../check/summary.ts";
import type { Cycle } from "./fault_loop.ts";
import { isBroken, neverObserved, type Outcome, problemsOf } from "./verdict.ts";

const CYCLE: Cycle = { fault: "a", observed: true, seen: {}, recovery: { acceptedMs: 10, storedMs: 20 } };
const MAIN: PhaseSummary = {
  uses: 1_000_000,
  due: 3000,
  accepted: 2500,
  arrivingMs: 10_000,
  ticketsUsedUp: 0,
};
const LIMITED: PhaseSummary = { uses: 100, due: 3000, accepted: 900, arrivingMs: 10_000, ticketsUsedUp: 4 };

function outcome(
  { phases = [MAIN, LIMITED], ...change }: Partial<Outcome> & { phases?: PhaseSummary[] } = {},
): Outcome {
  const { violations, summary } = judgeRun(cleanRun());
  return {
    rest: { isQuiet: true, left: "" },
    check: { violations, summary: { ...summary, phases } },
    cycles: [CYCLE],
    ...change,
  };
}

Deno.test("a run in which everything worked is not broken", () => {
  assertEquals([problemsOf(outcome()), isBroken(outcome())], [[], false]);
  // A limit that admits few of those who come is no outage.
  assertEquals(problemsOf(outcome({ phases: [MAIN, { ...LIMITED, due: 100_000, accepted: 101 }] })), []);
});

Deno.test("a run in which nothing worked is broken, whatever the checker found", () => {
  const broken: [Outcome, string][] = [
    [
      outcome({ rest: { isQuiet: false, left: "7 votes in Kafka" } }),
      "The run did not come to rest: 7 votes in Kafka",
    ],
    [
      outcome({ phases: [{ ...MAIN, accepted: 0 }, LIMITED] }),
      "No vote was accepted at 1000000 uses a ticket",
    ],
    [
      outcome({ phases: [{ ...MAIN, accepted: 299 }, LIMITED] }),
      "Only 299 of 3000 votes were accepted at 1000000 uses a ticket",
    ],
    [
      outcome({ phases: [MAIN, { ...LIMITED, ticketsUsedUp: 0 }] }),
      "No ticket's limit of 100 uses was reached: it was not tested, and wants a higher rate",
    ],
    [outcome({ cycles: [] }), "No fault was observed to do anything"],
    [outcome({ cycles: [{ ...CYCLE, observed: false }] }), "No fault was observed to do anything"],
    [
      outcome({ cycles: [CYCLE, { ...CYCLE, fault: "b", observed: false, failure: "out of luck" }] }),
      "b could not be injected: out of luck",
    ],
    [
      outcome({ cycles: [{ ...CYCLE, recovery: { acceptedMs: undefined, storedMs: undefined } }] }),
      "No vote was accepted after a",
    ],
    [
      outcome({ cycles: [{ ...CYCLE, recovery: { acceptedMs: 10, storedMs: undefined } }] }),
      "The first vote accepted after a was not stored",
    ],
  ];
  for (const [each, problem] of broken) {
    assertEquals(problemsOf(each), [problem]);
    assertEquals(isBroken(each), true);
  }
});

Deno.test("a run without cycles is held to its votes alone", () => {
  const { rest, check } = outcome({ phases: [{ ...MAIN, accepted: 1 }] });
  assertEquals(problemsOf({ rest, check }), []);
  const silent = outcome({ phases: [{ ...MAIN, accepted: 0 }] });
  assertEquals(problemsOf({ rest, check: silent.check }), ["No vote was accepted at 1000000 uses a ticket"]);
});

Deno.test("neverObserved() names the faults that did nothing in any cycle", () => {
  const cycle = (fault: string, observed: boolean) => ({ ...CYCLE, fault, observed });
  assertEquals(neverObserved([cycle("b", false), cycle("a", false), cycle("a", true), cycle("b", false)]), [
    "b",
  ]);
});
