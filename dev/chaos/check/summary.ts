/** What a run came to, for people: figures that are no verdict. */

export interface Summary {
  /** Requests, by what their voters knew in the end. */
  readonly requests: number;
  readonly accepted: number;
  /** Unknown at least once, then answered. */
  readonly unknownSettled: number;
  readonly gaveUpUnknown: number;
  /** Of these, how many were counted. */
  readonly gaveUpUnknownCounted: number;
  readonly gaveUpRefused: number;
  /** Accepted, and gone with a dead Redis's disk. */
  readonly diedWithDisk: number;
  /** Accepted, and gone with Kafka's disk, as declared. */
  readonly diedWithKafka: number;
  /** Answers by code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly counted: number;
  readonly repeats: number;
  /** Voters that the load could not begin. */
  readonly shed: number;
  /** While the load ran. */
  readonly arrivalsPerSecond: number;
  readonly acceptedPerSecond: number;
  /** Of calls that were answered ACCEPTED. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
  readonly longestWithoutAcceptedMs: number;
  readonly holes: number;
  /** In their order. */
  readonly phases: readonly PhaseSummary[];
}

/** The time from one `ticket_uses` event to the next. */
export interface PhaseSummary {
  readonly uses: number;
  /** Voters who were due by the rate, and those who were accepted. */
  readonly due: number;
  readonly accepted: number;
  readonly arrivingMs: number;
  /** Tickets, first seen in it, that refused a vote at their limit, and that nearly all votes up to it are known of. */
  readonly ticketsUsedUp: number;
}
