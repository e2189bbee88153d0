/** What one run came to. */
import type { CheckReport } from "../check/judge.ts";
import type { PhaseSummary } from "../check/summary.ts";
import type { Cycle } from "./fault_loop.ts";
import type { Rest } from "./quiesce.ts";

export interface Verdict {
  readonly seed: number;
  readonly perSecond: number;
  /** Uses of a ticket in each phase. */
  readonly uses: readonly number[];
  readonly cycles: readonly Cycle[];
  readonly rest: Rest;
  readonly check: CheckReport;
  /** Versions that verify missed, and that were accepted as lost before the last check. */
  readonly namedLost: number;
  readonly historyPath: string;
  readonly tookMs: number;
}

/** What can be judged; of a run without cycles, that votes were accepted, and no more. */
export type Outcome = Pick<Verdict, "rest" | "check"> & Partial<Pick<Verdict, "cycles">>;

/** Of the votes that the rate and the uses of tickets allow for: faults take their part of them. */
const ACCEPTED_SHARE_MIN = 0.1;
/** Tickets open at least as often: the rotator's default. */
const TICKET_INTERVAL_MS = 1000;

export function isBroken(outcome: Outcome): boolean {
  return outcome.check.violations.length > 0 || problemsOf(outcome).length > 0;
}

/** Why a run shows nothing, or less than it was made for, whatever the checker found in what there was. */
export function problemsOf({ rest, check, cycles }: Outcome): string[] {
  const { phases } = check.summary;
  return [
    ...(rest.isQuiet ? [] : [`The run did not come to rest: ${rest.left}`]),
    ...phases.filter(({ accepted }) => accepted === 0).map(({ uses }) =>
      `No vote was accepted at ${uses} uses a ticket`
    ),
    ...(cycles ? [...phaseProblems(phases), ...cycleProblems(cycles)] : []),
  ];
}

/** Faults that did nothing in any of their cycles: they were not tested, and nothing else is wrong with that. */
export function neverObserved(cycles: readonly Cycle[]): string[] {
  const observed = new Set(cycles.filter((cycle) => cycle.observed).map(({ fault }) => fault));
  return [...new Set(cycles.map(({ fault }) => fault))].filter((fault) => !observed.has(fault)).sort();
}

function phaseProblems(phases: readonly PhaseSummary[]): string[] {
  const [, ...limited] = phases;
  const slow = phases.filter(({ uses, due, accepted, arrivingMs }) => {
    const possible = Math.min(due, uses * arrivingMs / TICKET_INTERVAL_MS);
    return accepted > 0 && accepted < ACCEPTED_SHARE_MIN * possible;
  });
  return [
    ...slow.map(({ uses, due, accepted }) =>
      `Only ${accepted} of ${due} votes were accepted at ${uses} uses a ticket`
    ),
    ...limited.filter(({ ticketsUsedUp }) => ticketsUsedUp === 0).map(({ uses }) =>
      `No ticket's limit of ${uses} uses was reached: it was not tested, and wants a higher rate`
    ),
  ];
}

function cycleProblems(cycles: readonly Cycle[]): string[] {
  if (!cycles.some(({ observed }) => observed)) return ["No fault was observed to do anything"];
  return cycles.flatMap(({ fault, failure, recovery }) => {
    if (failure !== undefined) return [`${fault} could not be injected: ${failure}`];
    if (recovery.acceptedMs === undefined) return [`No vote was accepted after ${fault}`];
    return recovery.storedMs === undefined ? [`The first vote accepted after ${fault} was not stored`] : [];
  });
}
