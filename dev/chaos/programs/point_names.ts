/**
 * The places in a worker where the fault runner can kill it or make it wait. Each step has two points, `before_` and
 * `after_`: a step that has failed has no `after_`.
 */

export const RELAY_STEPS = ["produce", "trim"] as const;
export const PERSISTER_STEPS = ["store", "offset_commit", "bury"] as const;
/** In the order in which a guard takes them. */
export const GUARD_STEPS = [
  "claim",
  "drain",
  "transaction",
  "seal",
  "begin",
  "load",
  "open",
  "carry",
  "mark",
] as const;

export type Step =
  | typeof RELAY_STEPS[number]
  | typeof PERSISTER_STEPS[number]
  | typeof GUARD_STEPS[number];
export type PointName = `before_${Step}` | `after_${Step}`;
