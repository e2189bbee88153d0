/** Bugs and what caught them, as a table for people. */
import type { BugVerdict } from "./run_bug.ts";

export function bugTable(verdicts: readonly BugVerdict[], { unbroken }: { unbroken: boolean }): string {
  const width = Math.max(...verdicts.map(({ bug }) => bug.length), 0);
  const rows = verdicts.map((verdict) => `${verdict.bug.padEnd(width)}  ${outcome(verdict, unbroken)}`);
  const wrong = verdicts.filter(({ isAsWanted }) => !isAsWanted).length;
  const ending = wrong === 0
    ? (unbroken ? "Every scenario passes without its bug." : "Every bug was caught.")
    : (unbroken ? `${wrong} scenarios fail without their bug.` : `${wrong} bugs were not caught.`);
  return [...rows, "", ending].join("\n");
}

function outcome(
  { caughtBy, observed, verdict, historyPath, isAsWanted }: BugVerdict,
  unbroken: boolean,
): string {
  const found = caughtBy.length > 0 ? caughtBy.join(", ") : "nothing found";
  const notes = [
    ...(observed ? [] : ["the scenario did not come about"]),
    ...(verdict.rest.isQuiet ? [] : [`no rest: ${verdict.rest.left}`]),
    ...(unbroken && !isAsWanted ? [historyPath] : []),
  ];
  return [found, ...notes].join("; ");
}
