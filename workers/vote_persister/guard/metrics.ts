/** What an operator can watch of the guard, beside its log lines. What the active guard last saw is shown, and 0 by the others. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export type OpeningKind = "kept" | "restored";

/** What one look of the active guard saw. */
export interface LookSeen {
  readonly isOpen: boolean;
  readonly epoch: number;
  /** Votes of the epoch that Redis has counted above the highest that Postgres holds. */
  readonly unstored: number;
}

export interface GuardMetrics {
  /** One that becomes inactive has nothing to tell any more. */
  active(isActive: boolean): void;
  looked(seen: LookSeen): void;
  /** `seconds` from the claim to the opening. */
  shardOpened(kind: OpeningKind, seconds: number): void;
  /** Votes that wait to be carried. */
  toCarry(count: number): void;
  carried(count: number): void;
  /** Records that Kafka held and Postgres did not, at the last look of a restore's wait. */
  drainBehind(count: number): void;
}

const KINDS: readonly OpeningKind[] = ["kept", "restored"];
/** From a tally that is kept to one of many names that is loaded. */
const OPENING_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createGuardMetrics(registry: Registry): GuardMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const opened = new Counter({
    name: "cast_shard_openings_total",
    help: "Epochs that this guard has opened, by what became of the tally: kept or restored",
    labelNames: ["kind"],
    registers,
  });
  const durations = new Histogram({
    name: "cast_shard_opening_duration_seconds",
    help: "How long this guard took to open the shard, from its claim on, by what became of the tally",
    labelNames: ["kind"],
    buckets: OPENING_BUCKETS_S,
    registers,
  });
  for (const kind of KINDS) {
    opened.inc({ kind }, 0);
    durations.zero({ kind });
  }
  const active = gauge("cast_guard_active", "Whether this persister's guard is the active one: 1 or 0");
  const open = gauge("cast_shard_open", "Whether the shard was open when this guard last looked: 1 or 0");
  const epoch = gauge("cast_shard_epoch", "Epoch of the shard in Postgres when this guard last looked");
  const unstored = gauge(
    "cast_unstored_votes",
    "Votes that Redis has counted above the highest version in Postgres, when this guard last looked",
  );
  const waiting = gauge(
    "cast_votes_to_carry",
    "Stored votes whose effect Redis and Postgres do not share yet, as this guard last saw it",
  );
  const behind = gauge(
    "cast_drain_behind_records",
    "Records in Kafka that a restore waits for, 0 when none is under way",
  );
  const carried = new Counter({
    name: "cast_votes_carried_total",
    help: "Stored votes whose effect this guard has carried to Redis",
    registers,
  });
  return {
    active(isActive) {
      active.set(isActive ? 1 : 0);
      if (!isActive) { for (const each of [open, epoch, unstored, waiting]) each.set(0); }
    },
    looked(seen) {
      open.set(seen.isOpen ? 1 : 0);
      epoch.set(seen.epoch);
      unstored.set(seen.unstored);
    },
    shardOpened(kind, seconds) {
      opened.inc({ kind });
      durations.observe({ kind }, seconds);
    },
    toCarry: (count) => waiting.set(count),
    carried: (count) => carried.inc(count),
    drainBehind: (count) => behind.set(count),
  };
}
