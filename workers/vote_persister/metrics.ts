/** What an operator can watch of the persister, beside its log lines. */
import { Counter, type Registry } from "prom-client";

export interface PersisterMetrics {
  stored(count: number): void;
  buried(reason: string): void;
  /** One version under two vote ids: must stay 0. */
  versionClashed(count: number): void;
  /** A partition is read again from where Postgres went back to. */
  wentBack(): void;
}

export function createPersisterMetrics(registry: Registry): PersisterMetrics {
  const registers = [registry];
  const stored = new Counter({
    name: "cast_votes_stored_total",
    help: "Votes that this persister has written to the ledger and counted",
    registers,
  });
  const buried = new Counter({
    name: "cast_dead_letters_total",
    help: "Records that this persister has put among the dead letters, by reason",
    labelNames: ["reason"],
    registers,
  });
  const clashes = new Counter({
    name: "cast_version_clashes_total",
    help: "Votes whose version another vote has too: must stay 0",
    registers,
  });
  const wentBack = new Counter({
    name: "cast_postgres_went_back_total",
    help: "Partitions that are read again because Postgres knew less than before: a backup was put back",
    registers,
  });
  return {
    stored: (count) => stored.inc(count),
    buried: (reason) => buried.inc({ reason }),
    versionClashed: (count) => clashes.inc(count),
    wentBack: () => wentBack.inc(),
  };
}
