/** The faults that a history may have, by name, and how often each strikes against the others. */

/** What costs a disk is rarer than what costs a connection. */
export const FAULT_WEIGHTS = {
  restart: 1,
  wipe: 0.3,
  flush: 0.3,
  older_copy: 0.5,
  split: 0.5,
  clock_back: 1,
  crash: 1.5,
  sleep: 1,
  pace: 2,
  postgres_away: 0.7,
  postgres_back: 0.3,
  redis_cut: 1,
  guard_cut: 0.7,
  kafka_away: 0.7,
  garbage: 0.3,
} as const;

export type Fault = keyof typeof FAULT_WEIGHTS;
