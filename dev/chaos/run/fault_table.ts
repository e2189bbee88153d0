/** Cycles summed up, one row a fault. */
import type { Cycle } from "./fault_loop.ts";
import type { Counts } from "./sightings.ts";

export interface Span {
  readonly median: number;
  readonly max: number;
}

export interface FaultRow {
  readonly fault: string;
  readonly cycles: number;
  /** Those that were seen to do something; no other counts. */
  readonly observed: number;
  /** Over all cycles. */
  readonly seen: Counts;
  /** From its end until a vote was accepted, and until that one was stored; absent when that never came. */
  readonly acceptedMs?: Span;
  readonly storedMs?: Span;
  /** Cycles after which no vote was accepted in time, or whose vote was not stored. */
  readonly unrecovered: number;
  readonly failures: readonly string[];
}

export function faultRows(cycles: readonly Cycle[]): FaultRow[] {
  const names = [...new Set(cycles.map(({ fault }) => fault))].sort();
  return names.map((fault) => rowOf(fault, cycles.filter((cycle) => cycle.fault === fault)));
}

function rowOf(fault: string, cycles: readonly Cycle[]): FaultRow {
  const seen: Record<string, number> = {};
  for (const cycle of cycles) {
    for (const [label, count] of Object.entries(cycle.seen)) seen[label] = (seen[label] ?? 0) + count;
  }
  const acceptedMs = spanOf(cycles.flatMap(({ recovery }) => recovery.acceptedMs ?? []));
  const storedMs = spanOf(cycles.flatMap(({ recovery }) => recovery.storedMs ?? []));
  return {
    fault,
    cycles: cycles.length,
    observed: cycles.filter(({ observed }) => observed).length,
    seen,
    ...(acceptedMs ? { acceptedMs } : {}),
    ...(storedMs ? { storedMs } : {}),
    unrecovered: cycles.filter(({ recovery }) => recovery.storedMs === undefined).length,
    failures: cycles.flatMap(({ failure }) => failure ?? []),
  };
}

/** Of whole ms; undefined for none. */
export function spanOf(values: readonly number[]): Span | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.map(Math.round).sort((a, b) => a - b);
  return { median: sorted[(sorted.length - 1) >> 1] as number, max: sorted.at(-1) as number };
}
