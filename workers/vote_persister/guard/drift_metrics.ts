/** What an operator can watch of the watch for drift. */
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * `moved`: what happened in between makes the two incomparable; `given_up`: votes that Redis had counted were not all
 * stored in time. Such a page is looked at again.
 */
export type PageOutcome = "compared" | "moved" | "given_up";

export interface DriftMetrics {
  page(outcome: PageOutcome): void;
  roundDone(): void;
  /** Names whose total in Redis is not what Postgres makes of it. */
  drifted(nameCount: number): void;
}

const OUTCOMES: readonly PageOutcome[] = ["compared", "moved", "given_up"];

export function createDriftMetrics(registry: Registry): DriftMetrics {
  const registers = [registry];
  const drifted = new Gauge({
    name: "cast_drift_names",
    help:
      "Names whose totals in Redis and Postgres contradict each other, of the last full round or so far in this one",
    registers,
  });
  const pages = new Counter({
    name: "cast_drift_pages_total",
    help: "Pages of names that this guard has looked at for drift, by what came of it",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of OUTCOMES) pages.inc({ outcome }, 0);
  const rounds = new Counter({
    name: "cast_drift_rounds_total",
    help: "Times that this guard has compared every name",
    registers,
  });
  return {
    page: (outcome) => pages.inc({ outcome }),
    roundDone: () => rounds.inc(),
    drifted: (nameCount) => drifted.set(nameCount),
  };
}
