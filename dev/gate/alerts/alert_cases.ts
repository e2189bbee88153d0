/**
 * What each alert is for, as series that make it fire and series that must not: promtool runs the rules over them.
 * Values are of every quarter of a minute, in promtool's notation; `0+10x200` begins at 0 and rises by 10 each time.
 */

export interface AlertCase {
  readonly alert: string;
  readonly fires: Readonly<Record<string, string>>;
  /** As near to it as it gets without a reason to wake anybody. */
  readonly quiet: Readonly<Record<string, string>>;
}

const PROGRAMS = ["api", "ticket_rotator", "outbox_relay", "vote_persister"] as const;
const STILL = "0x200";
const NOT_KNOWN = Array(200).fill("NaN").join(" ");
const votes = (code: string) => `cast_votes_total{code="${code}"}`;
const answers = (door: string, status: string) =>
  `cast_http_answers_total{door="${door}",status="${status}"}`;
const built = (program: string) => `cast_build_info{program="${program}",version="0.1.0"}`;
const allBuilt = Object.fromEntries(PROGRAMS.map((program) => [built(program), "1x200"]));

/** A histogram of which so many observations of a hundred lie below the bound, and all below infinity. */
function histogram(
  { name, labels = "", bound, below }: { name: string; labels?: string; bound: number; below: number },
): Record<string, string> {
  return {
    [`${name}_bucket{${labels}le="${bound}"}`]: `0+${below}x200`,
    [`${name}_bucket{${labels}le="${2 * bound}"}`]: "0+100x200",
    [`${name}_bucket{${labels}le="+Inf"}`]: "0+100x200",
  };
}

const LOOP = 'program="api",instance="a",';

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: "CastVotesRefused",
    fires: {
      [votes("ACCEPTED")]: "0+90x200",
      [votes("NOT_READY")]: "0+6x200",
      [votes("OVERLOADED")]: "0+4x200",
    },
    // Used-up tickets are how CAST throttles: no reason to wake anybody.
    quiet: {
      [votes("ACCEPTED")]: "0+98x200",
      [votes("TICKET_EXHAUSTED")]: "0+900x200",
      [votes("NOT_READY")]: "0+2x200",
    },
  },
  {
    alert: "CastVotesUnknown",
    fires: { [votes("UNKNOWN")]: "0x185 1x15" },
    quiet: { [votes("UNKNOWN")]: STILL, [votes("ACCEPTED")]: "0+100x200" },
  },
  {
    alert: "CastVotesSlow",
    fires: histogram({ name: "cast_vote_duration_seconds", bound: 0.5, below: 90 }),
    quiet: histogram({ name: "cast_vote_duration_seconds", bound: 0.25, below: 90 }),
  },
  {
    alert: "CastHttpErrors",
    fires: { [answers("hot", "2xx")]: "0+95x200", [answers("refused", "5xx")]: "0+5x200" },
    quiet: { [answers("hot", "2xx")]: "0+95x200", [answers("refused", "4xx")]: "0+500x200" },
  },
  {
    alert: "CastNoTicket",
    fires: { 'cast_ticket_open{instance="a"}': "0x200", 'cast_ticket_open{instance="b"}': "0x200" },
    quiet: { 'cast_ticket_open{instance="a"}': "1x200", 'cast_ticket_open{instance="b"}': "0x200" },
  },
  {
    alert: "CastOutboxGrowing",
    fires: { cast_outbox_votes: "0+20x200" },
    quiet: { cast_outbox_votes: "20000-20x200" },
  },
  {
    alert: "CastOutboxNearCap",
    fires: { cast_outbox_votes: "600000x200", cast_outbox_votes_max: "1000000x200" },
    quiet: { cast_outbox_votes: "400000x200", cast_outbox_votes_max: "1000000x200" },
  },
  {
    alert: "CastRelayStalled",
    fires: { cast_outbox_head_age_seconds: "0+15x200" },
    // One of two relays does not reach Redis.
    quiet: {
      'cast_outbox_head_age_seconds{instance="a"}': "0.2x200",
      'cast_outbox_head_age_seconds{instance="b"}': NOT_KNOWN,
    },
  },
  {
    alert: "CastPersisterLag",
    fires: {
      'cast_consumer_lag_records{instance="a"}': "30000x200",
      'cast_consumer_lag_records{instance="b"}': "30000x200",
    },
    quiet: {
      cast_consumer_lag_records: "3000x200",
      ...histogram({ name: "cast_persist_lag_seconds", bound: 5, below: 100 }),
    },
  },
  {
    alert: "CastPersisterLag",
    fires: histogram({ name: "cast_persist_lag_seconds", bound: 60, below: 10 }),
    quiet: histogram({ name: "cast_persist_lag_seconds", bound: 15, below: 10 }),
  },
  {
    alert: "CastPersisterStalled",
    fires: { cast_votes_relayed_total: "0+10x200", cast_votes_stored_total: "500x200" },
    quiet: { cast_votes_relayed_total: "500x200", cast_votes_stored_total: "500x200" },
  },
  {
    alert: "CastDeadLetters",
    fires: { 'cast_dead_letters_total{reason="not_json"}': "0x150 1x50" },
    quiet: { 'cast_dead_letters_total{reason="not_json"}': "7x200" },
  },
  {
    alert: "CastVersionClash",
    fires: { cast_version_clashes_total: "0x150 1x50" },
    quiet: { cast_version_clashes_total: STILL },
  },
  {
    alert: "CastDrift",
    fires: { 'cast_drift_names{instance="a"}': "0x150 2x50", 'cast_drift_names{instance="b"}': STILL },
    quiet: { 'cast_drift_names{instance="a"}': STILL, 'cast_drift_names{instance="b"}': STILL },
  },
  {
    alert: "CastDriftUnchecked",
    fires: {
      'cast_drift_pages_total{outcome="given_up"}': "0+1x200",
      'cast_drift_pages_total{outcome="compared"}': "10x200",
    },
    quiet: {
      'cast_drift_pages_total{outcome="given_up"}': "0+1x200",
      'cast_drift_pages_total{outcome="compared"}': "0+1x200",
    },
  },
  {
    alert: "CastPostgresWentBack",
    fires: { cast_postgres_went_back_total: "0x150 12x50" },
    quiet: { cast_postgres_went_back_total: "12x200" },
  },
  {
    alert: "CastShardRestored",
    fires: { 'cast_shard_openings_total{kind="restored"}': "0x150 1x50" },
    quiet: {
      'cast_shard_openings_total{kind="restored"}': "1x200",
      'cast_shard_openings_total{kind="kept"}': "0x150 1x50",
    },
  },
  {
    alert: "CastShardClosed",
    fires: { 'cast_shard_open{instance="a"}': STILL, 'cast_guard_active{instance="a"}': "1x200" },
    // Of two persisters one is active; no guard at all is another alert.
    quiet: {
      'cast_shard_open{instance="a"}': "1x200",
      'cast_shard_open{instance="b"}': STILL,
      'cast_guard_active{instance="a"}': "1x200",
      'cast_guard_active{instance="b"}': STILL,
    },
  },
  {
    alert: "CastNoActiveGuard",
    fires: { 'cast_guard_active{instance="a"}': STILL, 'cast_guard_active{instance="b"}': STILL },
    quiet: { 'cast_guard_active{instance="a"}': STILL, 'cast_guard_active{instance="b"}': "1x200" },
  },
  {
    alert: "CastVotesNotCarried",
    fires: { cast_votes_to_carry: "3x200" },
    quiet: { cast_votes_to_carry: "500-10x50 0x150" },
  },
  {
    alert: "CastProgramDown",
    fires: { 'up{job="cast",instance="a"}': STILL },
    quiet: { 'up{job="cast",instance="a"}': "1x200", 'up{job="other",instance="b"}': STILL },
  },
  {
    alert: "CastProgramAbsent",
    fires: { ...allBuilt, [built("outbox_relay")]: "1x20 _x180" },
    quiet: allBuilt,
  },
  {
    alert: "CastStoreUnreachable",
    fires: { 'cast_store_connected{program="outbox_relay",store="kafka",instance="a"}': STILL },
    quiet: { 'cast_store_connected{program="outbox_relay",store="kafka",instance="a"}': "1x100 0x4 1x96" },
  },
  {
    alert: "CastEventLoopBlocked",
    fires: histogram({ name: "cast_event_loop_delay_seconds", labels: LOOP, bound: 0.5, below: 50 }),
    quiet: histogram({ name: "cast_event_loop_delay_seconds", labels: LOOP, bound: 0.1, below: 90 }),
  },
  {
    alert: "CastRestarts",
    fires: { 'cast_process_start_time_seconds{program="api",instance="a"}': "100x130 200x20 300x20 400x30" },
    quiet: { 'cast_process_start_time_seconds{program="api",instance="a"}': "100x130 200x70" },
  },
];
