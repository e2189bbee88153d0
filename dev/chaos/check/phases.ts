/** What voting came to under each number of uses, so that a phase in which nothing worked, or no limit was hit, is seen. */
import type { HistoryLine } from "../load/history.ts";
import type { PhaseSummary } from "./summary.ts";
import type { KnownTicket } from "./ticket_table.ts";

/** The rest may be votes whose ticket cannot be told: those that were unknown at first, or for ever. */
const TOLD_SHARE_MIN = 0.9;

interface Phase {
  readonly t: number;
  readonly uses: number;
  due: number;
  accepted: number;
  arrivingMs: number;
}

export function createPhases() {
  const phases: Phase[] = [];
  return {
    line(line: HistoryLine): void {
      if (line.kind !== "event") return;
      if (line.event === "ticket_uses") {
        phases.push({ t: line.t, uses: line.uses, due: 0, accepted: 0, arrivingMs: 0 });
      }
      const phase = phases.at(-1);
      if (line.event !== "load_ended" || !phase) return;
      phase.due += line.due;
      phase.accepted += line.accepted;
      phase.arrivingMs += line.arrivingMs;
    },
    /** When the votes of each ticket were counted. */
    summary: (tickets: { all(): readonly KnownTicket[] }): PhaseSummary[] =>
      phases.map(({ t, ...phase }, place) => {
        const untilT = phases[place + 1]?.t ?? Infinity;
        const own = tickets.all().filter(({ seenT }) => seenT >= t && seenT < untilT);
        const usedUp = own.filter(({ uses, isExhausted }) =>
          isExhausted && uses >= TOLD_SHARE_MIN * phase.uses
        );
        return { ...phase, ticketsUsedUp: usedUp.length };
      }),
  };
}
