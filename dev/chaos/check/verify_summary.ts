/** What the checker takes from a report of verify: the holes apart, everything else that it found as text. */
import type { VerifyReport } from "../../../client/verify/report.ts";
import type { VerifySummary } from "./ledger_row.ts";

const TEXT_LENGTH_MAX = 500;

export function verifySummary({ settled, findings, holes, epochs }: VerifyReport): VerifySummary {
  const others = findings.filter(({ kind }) => kind !== "versions_missing").map((finding) => ({
    kind: finding.kind as string,
    text: JSON.stringify(finding).slice(0, TEXT_LENGTH_MAX),
  }));
  return {
    findings: settled
      ? others
      : [...others, { kind: "not_settled", text: "Postgres lacks votes that Redis counted" }],
    holes: holes.map(({ epoch, first, last }) => ({ epoch, firstVersion: first, lastVersion: last })),
    epochs: epochs.map(({ epoch, lastExpected, missingCount, acceptedCount }) => ({
      epoch,
      lastExpected,
      missingCount: missingCount + acceptedCount,
    })),
  };
}
