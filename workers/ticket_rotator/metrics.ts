/** What an operator can watch of a rotator: what it mints, and the ticket that is handed out at the moment. */
import { Counter, Gauge, type Registry } from "prom-client";

/** The ticket that `cas` would hand out. */
export interface CurrentTicket {
  /** By Redis's clock. */
  readonly ageMs: number;
  readonly usesLeft: number;
}

export interface RotatorMetrics {
  minted(count: number): void;
}

export interface RotatorMetricsOptions {
  /** Asked when Prometheus asks; undefined where there is none, or where Redis does not say. */
  readonly readTicket: () => Promise<CurrentTicket | undefined>;
}

export function createRotatorMetrics(
  registry: Registry,
  { readTicket }: RotatorMetricsOptions,
): RotatorMetrics {
  const registers = [registry];
  const minted = new Counter({
    name: "cast_tickets_minted_total",
    help: "Tickets that this rotator was the first to mint",
    registers,
  });
  new Gauge({
    name: "cast_ticket_open",
    help: "Whether there is a ticket to hand out: 1, or 0 where there is none or Redis does not say",
    registers,
    async collect() {
      this.set(await readTicket() ? 1 : 0);
    },
  });
  new Gauge({
    name: "cast_ticket_age_seconds",
    help: "How long the current ticket has been open, by Redis's clock; 0 where there is none",
    registers,
    async collect() {
      this.set(((await readTicket())?.ageMs ?? 0) / 1000);
    },
  });
  new Gauge({
    name: "cast_ticket_uses_left",
    help: "Votes that the current ticket still admits; 0 where there is none",
    registers,
    async collect() {
      this.set((await readTicket())?.usesLeft ?? 0);
    },
  });
  return { minted: (count) => minted.inc(count) };
}
