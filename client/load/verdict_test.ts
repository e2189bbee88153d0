import { assertEquals } from "@std/assert";
import { EXAMPLE_TIMES, exampleLag, exampleReport } from "./example_report.ts";
import type { RunReport } from "./run_load.ts";
import { judgeRun } from "./verdict.ts";

Deno.test("judgeRun() holds a run to the rate that was asked", () => {
  const judged = (change: Partial<RunReport>) => {
    const { sustained, held } = judgeRun(exampleReport(change));
    return [sustained, held];
  };
  assertEquals(judged({}), [true, true]);
  assertEquals(judged({ shed: 1 }), [false, false]);
  assertEquals(judged({ refused: 1 }), [false, false]);
  assertEquals(judged({ unknown: 1 }), [false, false]);
  assertEquals(judged({ sendingMs: 12_000 }), [false, false]);
  assertEquals(judged({ inFlightAtEnd: 101 }), [false, false]);
  assertEquals(judged({ lag: exampleLag({ isGrowing: true }) }), [false, false]);
});

Deno.test("judgeRun() does not call a run sustained whose generator was late by more than a hundredth of it", () => {
  const isSustained = (p999: number) =>
    judgeRun(exampleReport({ lateness: { ...EXAMPLE_TIMES, p999 } })).sustained;
  assertEquals([isSustained(100), isSustained(101)], [true, false]);
});

Deno.test("judgeRun() holds only what keeps the percentiles, and says which it missed", () => {
  const slow = judgeRun(exampleReport({ latency: { ...EXAMPLE_TIMES, p99: 30 } }));
  assertEquals([slow.sustained, slow.held], [true, false]);
  assertEquals(slow.missed, ["p99 of the vote is 30.0 ms, wanted 25 at most"]);
  const behind = judgeRun(exampleReport({ lag: exampleLag({ p99: 501 }) }));
  assertEquals([behind.sustained, behind.held], [true, false]);
  assertEquals(behind.missed, ["p99 of the lag is 501 ms, wanted 500 at most"]);
});

Deno.test("judgeRun() says which setting to raise when tickets are used up, and keeps the audit apart", () => {
  const { missed, held, kept } = judgeRun(exampleReport({ answers: { TICKET_EXHAUSTED: 3 }, refused: 3 }));
  assertEquals(missed[0], "3 votes met a used-up ticket: raise CAST_TICKET_USES");
  assertEquals([held, kept], [false, true]);
});

Deno.test("judgeRun() finds nothing kept where a vote was lost, or none was accepted", () => {
  const findings = { counts: { lost: 1 }, examples: [], stored: 999, unknownStored: 0 };
  assertEquals(judgeRun(exampleReport()).kept, true);
  assertEquals(judgeRun(exampleReport({ findings })).kept, false);
  assertEquals(judgeRun(exampleReport({ accepted: 0, refused: 1000 })).kept, false);
});

Deno.test("judgeRun() names the memory that left its level", () => {
  const memory = { atFromBytes: 0, endBytes: 0, maxBytes: 0, bytesPerMinute: 0, fromMs: 0, note: "" };
  const { held, missed } = judgeRun(exampleReport(), [
    { ...memory, name: "api", isLevel: false },
    { ...memory, name: "redis", isLevel: true },
    { ...memory, name: "kafka", isLevel: undefined },
  ]);
  assertEquals([held, missed], [true, ["memory of api grows"]]);
});
