import { assertEquals } from "@std/assert";
import type { VerifyReport } from "../../../client/verify/report.ts";
import { verifySummary } from "./verify_summary.ts";

const REPORT: Pick<VerifyReport, "settled" | "findings" | "holes" | "epochs"> = {
  settled: true,
  findings: [
    {
      kind: "versions_missing",
      epoch: 5,
      state: "restored",
      count: 2,
      ranges: [{ first: 3, last: 4 }],
      inOutboxFrom: null,
    },
    { kind: "left_to_carry", count: 7 },
  ],
  holes: [{ epoch: 5, first: 3, last: 4, accepted: false }, { epoch: 5, first: 8, last: 8, accepted: true }],
  epochs: [{
    epoch: 5,
    state: "restored",
    lastExpected: 9,
    highest: 9,
    storedCount: 7,
    missingCount: 2,
    acceptedCount: 1,
  }],
};

function summaryOf(change: Partial<VerifyReport> = {}) {
  return verifySummary({ ...REPORT, ...change } as VerifyReport);
}

Deno.test("verifySummary() takes holes apart from findings, accepted ones too", () => {
  assertEquals(summaryOf(), {
    findings: [{ kind: "left_to_carry", text: '{"kind":"left_to_carry","count":7}' }],
    holes: [{ epoch: 5, firstVersion: 3, lastVersion: 4 }, { epoch: 5, firstVersion: 8, lastVersion: 8 }],
    epochs: [{ epoch: 5, lastExpected: 9, missingCount: 3 }],
  });
});

Deno.test("verifySummary() calls a report that did not settle a finding", () => {
  const { findings } = summaryOf({ settled: false, findings: [] });
  assertEquals(findings.map(({ kind }) => kind), ["not_settled"]);
});
