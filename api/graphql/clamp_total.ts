import { TOTAL_MAX } from "../../shared/vote/rules.ts";

/** The bound holds for votes; what the guard carries in from Postgres may pass it, and GraphQL's Int must hold it. */
export function clampTotal(total: number): number {
  return Math.min(total, TOTAL_MAX);
}
