/** What an operator can watch of the guard, beside its log lines. */
import { Counter, Gauge, type Registry } from "prom-client";

export interface GuardMetrics {
  shardOpened(kind: "kept" | "restored"): void;
  /** Votes that wait to be carried. */
  toCarry(count: number): void;
  carried(count: number): void;
  /** Records that Kafka held and Postgres did not, at the last look of a restore's wait. */
  drainBehind(count: number): void;
}

export function createGuardMetrics(registry: Registry): GuardMetrics {
  const registers = [registry];
  const opened = new Counter({
    name: "cast_shard_openings_total",
    help: "Epochs that this guard has opened, by what became of the tally: kept or restored",
    labelNames: ["kind"],
    registers,
  });
  const waiting = new Gauge({
    name: "cast_votes_to_carry",
    help: "Stored votes whose effect Redis and Postgres do not share yet, as this guard last saw it",
    registers,
  });
  const carried = new Counter({
    name: "cast_votes_carried_total",
    help: "Stored votes whose effect this guard has carried to Redis",
    registers,
  });
  const behind = new Gauge({
    name: "cast_drain_behind_records",
    help: "Records in Kafka that a restore waits for, 0 when none is under way",
    registers,
  });
  return {
    shardOpened: (kind) => opened.inc({ kind }),
    toCarry: (count) => waiting.set(count),
    carried: (count) => carried.inc(count),
    drainBehind: (count) => behind.set(count),
  };
}
