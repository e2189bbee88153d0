/**
 * The few figures that tell a developer how it goes, computed from what the programs answer on /metrics.
 */
import type { Sample } from "./metrics_text.ts";

/** What is read of each program; the rest of its metrics is not even parsed. */
export const METRIC_NAMES: ReadonlySet<string> = new Set([
  "cast_votes_total",
  "cast_outbox_votes",
  "cast_persist_lag_seconds_sum",
  "cast_persist_lag_seconds_count",
  "cast_unstored_votes",
  "cast_shard_open",
  "cast_store_connected",
]);

/** The samples of every program that answered, and when they did. */
export interface Reading {
  atMs: number;
  /** By program; undefined for one that did not answer. */
  samples: ReadonlyMap<string, Sample[] | undefined>;
}

/** Undefined stands for "not known". */
export interface Figures {
  acceptedPerSecond: number | undefined;
  refusedPerSecond: number | undefined;
  /** Votes that wait for Kafka in Redis. */
  outboxVotes: number | undefined;
  /** From a vote's answer to Postgres, the mean of the votes that were stored last. */
  lagSeconds: number | undefined;
  /** Votes that Redis has counted and Postgres has not. */
  unstoredVotes: number | undefined;
  /** By program: the stores that it does not reach. */
  unreached: ReadonlyMap<string, string[]>;
}

/** What happened between two readings; the lag of `before` stays where no vote was stored in between. */
export function computeFigures(
  now: Reading,
  last: { reading: Reading; figures: Figures } | undefined,
): Figures {
  const accepted = (sample: Sample) => sample.labels["code"] === "ACCEPTED";
  const rate = (keep: (sample: Sample) => boolean) => {
    const rise = last && riseOf("cast_votes_total", { now, before: last.reading, keep });
    const seconds = last ? (now.atMs - last.reading.atMs) / 1_000 : 0;
    return rise === undefined || seconds <= 0 ? undefined : rise / seconds;
  };
  const stored = last && riseOf("cast_persist_lag_seconds_count", { now, before: last.reading });
  const waited = last && riseOf("cast_persist_lag_seconds_sum", { now, before: last.reading });
  return {
    acceptedPerSecond: rate(accepted),
    refusedPerSecond: rate((sample) => !accepted(sample)),
    outboxVotes: sumOf("cast_outbox_votes", now),
    lagSeconds: stored && waited !== undefined ? waited / stored : last?.figures.lagSeconds,
    unstoredVotes: sumOf("cast_unstored_votes", now),
    unreached: new Map([...now.samples].map(([program, samples]) => [program, unreachedIn(samples ?? [])])),
  };
}

interface RiseOptions {
  now: Reading;
  before: Reading;
  keep?: (sample: Sample) => boolean;
}

/** How far a counter rose; one that is lower than before belongs to a program that began again at zero. */
function riseOf(name: string, { now, before, keep }: RiseOptions): number | undefined {
  const [current, former] = [sumOf(name, now, keep), sumOf(name, before, keep) ?? 0];
  if (current === undefined) return undefined;
  return current < former ? current : current - former;
}

/** Undefined where no program tells; a program that tells of no vote of a kind yet has none. */
function sumOf(name: string, reading: Reading, keep = (_sample: Sample) => true): number | undefined {
  const samples = [...reading.samples.values()].flatMap((one) => one ?? []).filter((one) =>
    one.name === name
  );
  if (samples.length === 0) return undefined;
  const sum = samples.filter(keep).reduce((total, { value }) => total + value, 0);
  return Number.isFinite(sum) ? sum : undefined;
}

function unreachedIn(samples: Sample[]): string[] {
  return samples.filter(({ name, value }) => name === "cast_store_connected" && value === 0)
    .flatMap(({ labels }) => labels["store"] ?? []);
}
