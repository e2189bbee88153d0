/** What an operator can watch of a relay: what it sends, and what waits. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { DURATION_BUCKETS_S } from "../../shared/metrics/buckets.ts";
import type { OutboxState } from "../../shared/redis/outbox_script.ts";

export interface RelayMetrics {
  /** Kafka has acknowledged a batch. */
  sent(batch: { votes: number; seconds: number }): void;
  sendFailed(): void;
  leaseAnswered(isHeld: boolean): void;
}

export interface RelayMetricsOptions {
  /** Asked when Prometheus asks; undefined where Redis does not say. */
  readonly readOutbox: () => Promise<OutboxState | undefined>;
}

const BATCH_BUCKETS = [1, 5, 10, 25, 50, 100, 250, 500, 1000];
/** Unknown is no number: a 0 would say that nothing waits. */
const UNKNOWN = NaN;

export function createRelayMetrics(registry: Registry, { readOutbox }: RelayMetricsOptions): RelayMetrics {
  const registers = [registry];
  const relayed = new Counter({
    name: "cast_votes_relayed_total",
    help: "Votes of this relay that Kafka has acknowledged; one that is sent again counts again",
    registers,
  });
  const batches = new Histogram({
    name: "cast_relay_batch_votes",
    help: "Votes that this relay sent to Kafka at once",
    buckets: BATCH_BUCKETS,
    registers,
  });
  const sends = new Histogram({
    name: "cast_kafka_send_duration_seconds",
    help: "How long Kafka took to acknowledge a batch of this relay",
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const failures = new Counter({
    name: "cast_kafka_send_failures_total",
    help: "Batches of this relay that Kafka did not acknowledge; they are sent again",
    registers,
  });
  const lease = new Gauge({
    name: "cast_relay_lease_held",
    help: "Whether this relay is the one at work: 1 or 0",
    registers,
  });
  new Gauge({
    name: "cast_outbox_votes",
    help: "Votes that wait for Kafka in Redis; not a number where Redis does not say",
    registers,
    async collect() {
      this.set((await readOutbox())?.length ?? UNKNOWN);
    },
  });
  new Gauge({
    name: "cast_outbox_head_age_seconds",
    help: "How long the oldest vote in the outbox has waited; not a number where Redis does not say",
    registers,
    async collect() {
      this.set(((await readOutbox())?.headAgeMs ?? UNKNOWN) / 1000);
    },
  });
  return {
    sent({ votes, seconds }) {
      relayed.inc(votes);
      batches.observe(votes);
      sends.observe(seconds);
    },
    sendFailed: () => failures.inc(),
    leaseAnswered: (isHeld) => lease.set(isHeld ? 1 : 0),
  };
}
