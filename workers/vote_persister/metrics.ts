/** What an operator can watch of the persister, beside its log lines. Every series is there from the start, at 0. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { DURATION_BUCKETS_S, LAG_BUCKETS_S } from "../../shared/metrics/buckets.ts";
import type { MalformedReason } from "../../shared/vote/record.ts";

export interface PersisterMetrics {
  stored(count: number): void;
  buried(reason: string): void;
  /** One version under two vote ids: must stay 0. */
  versionClashed(count: number): void;
  /** A partition is read again from where Postgres went back to. */
  wentBack(): void;
  /** A statement has ended well. */
  statementDone(statement: { votes: number; seconds: number }): void;
  statementFailed(): void;
  /** A vote is stored, so long after Redis counted it. */
  lagged(seconds: number): void;
  /** Records that Kafka holds of this persister's partitions and that it has not stored. */
  behind(records: number): void;
}

/** Why a record may be a dead letter; the last is the answer to a reason that has no name here yet. */
const REASONS = {
  not_json: true,
  unknown_version: true,
  invalid_field: true,
  refused_by_postgres: true,
  other: true,
} as const satisfies Readonly<Record<MalformedReason | "refused_by_postgres" | "other", true>>;
const BATCH_BUCKETS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000];

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
  for (const reason of Object.keys(REASONS)) buried.inc({ reason }, 0);
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
    buried: (reason) => buried.inc({ reason: reason in REASONS ? reason : "other" }),
    versionClashed: (count) => clashes.inc(count),
    wentBack: () => wentBack.inc(),
    ...createStatementMetrics(registry),
  };
}

type StatementMetrics = Pick<PersisterMetrics, "statementDone" | "statementFailed" | "lagged" | "behind">;

function createStatementMetrics(registry: Registry): StatementMetrics {
  const registers = [registry];
  const batches = new Histogram({
    name: "cast_persist_batch_votes",
    help: "Votes that this persister stored in one statement",
    buckets: BATCH_BUCKETS,
    registers,
  });
  const durations = new Histogram({
    name: "cast_persist_duration_seconds",
    help: "How long Postgres took for the statement that stores a batch",
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const failures = new Counter({
    name: "cast_persist_failures_total",
    help: "Statements of this persister that failed; their batches are stored again",
    registers,
  });
  const lag = new Histogram({
    name: "cast_persist_lag_seconds",
    help: "How old each vote was when it was stored: from Redis's clock to this program's",
    buckets: LAG_BUCKETS_S,
    registers,
  });
  const behind = new Gauge({
    name: "cast_consumer_lag_records",
    help:
      "Records of this persister's partitions that Kafka held and Postgres did not, as of the last batches",
    registers,
  });
  return {
    statementDone({ votes, seconds }) {
      batches.observe(votes);
      durations.observe(seconds);
    },
    statementFailed: () => failures.inc(),
    lagged: (seconds) => lag.observe(seconds),
    behind: (records) => behind.set(records),
  };
}
