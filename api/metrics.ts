/** What an operator can watch of the API. Every series is there from the start, at 0: a rate works from the first event on. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { DURATION_BUCKETS_S } from "../shared/metrics/buckets.ts";
import type { RefusalCode } from "../shared/vote/outcome.ts";
import { createLiveMetrics, type LiveMetrics } from "./live/live_metrics.ts";

/** A vote that got no answer from Redis is neither accepted nor refused. */
export type VoteEnd = "ACCEPTED" | RefusalCode | "UNKNOWN";
/**
 * Who answered: graphql-yoga, the hot door in front of it, the live door where a stream was asked for, nobody, since the
 * request was refused, or the web page, which is not GraphQL's at all.
 */
export type DoorName = "hot" | "yoga" | "live" | "refused" | "page";

export interface ApiMetrics {
  voteEnded(code: VoteEnd, seconds: number): void;
  requestBegan(): void;
  requestEnded(door: DoorName, status: number): void;
  readonly live: LiveMetrics;
}

/** `VoteCode` of the schema, which a test holds it to, and UNKNOWN. */
export const VOTE_ENDS = [
  "ACCEPTED",
  "TICKET_INVALID",
  "TICKET_EXPIRED",
  "TICKET_EXHAUSTED",
  "INPUT_INVALID",
  "TOTAL_TOO_LARGE",
  "REQUEST_ID_CONFLICT",
  "OVERLOADED",
  "NOT_READY",
  "POLL_CLOSED",
  "CANDIDATE_UNKNOWN",
  "VOTER_LIMIT",
  "VOTER_UNAUTHORIZED",
  "UNKNOWN",
] as const;
const DOORS: readonly DoorName[] = ["hot", "yoga", "live", "refused", "page"];
const STATUS_CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const;

export function createApiMetrics(registry: Registry, { outboxMax }: { outboxMax: number }): ApiMetrics {
  const registers = [registry];
  const votes = new Counter({
    name: "cast_votes_total",
    help: "Votes that were judged, by code; UNKNOWN got no answer from Redis, and are counted or not",
    labelNames: ["code"],
    registers,
  });
  const durations = new Histogram({
    name: "cast_vote_duration_seconds",
    help: "How long a vote took to judge, whatever came of it",
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const answers = new Counter({
    name: "cast_http_answers_total",
    help:
      "HTTP answers, by who gave them (hot door, graphql-yoga, live door, refused, web page) and class of status",
    labelNames: ["door", "status"],
    registers,
  });
  let underWay = 0;
  new Gauge({
    name: "cast_http_requests_under_way",
    help: "Requests that have no answer yet",
    registers,
    collect() {
      this.set(underWay);
    },
  });
  new Gauge({
    name: "cast_outbox_votes_max",
    help: "Votes that may wait for Kafka before this API refuses further ones with OVERLOADED",
    registers,
  }).set(outboxMax);

  // Looked up once and not on the way of every vote.
  const byEnd = childrenOf(VOTE_ENDS, (code) => votes.labels({ code }));
  const byDoor = childrenOf(
    DOORS,
    (door) => childrenOf(STATUS_CLASSES, (status) => answers.labels({ door, status })),
  );
  return {
    voteEnded(code, seconds) {
      byEnd[code].inc();
      durations.observe(seconds);
    },
    requestBegan: () => void (underWay += 1),
    requestEnded(door, status) {
      underWay -= 1;
      byDoor[door][statusClass(status)].inc();
    },
    live: createLiveMetrics(registry),
  };
}

/** Handing out a child does not make its series: adding nothing does. */
function childrenOf<Name extends string, Child extends object>(
  names: readonly Name[],
  childOf: (name: Name) => Child,
): Readonly<Record<Name, Child>> {
  const entries = names.map((name) => {
    const child = childOf(name);
    if ("inc" in child) (child.inc as (count: number) => void)(0);
    return [name, child];
  });
  return Object.fromEntries(entries);
}

function statusClass(status: number): typeof STATUS_CLASSES[number] {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
