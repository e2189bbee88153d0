/**
 * What a bench is: something measured on real stores, with what limits it measured beside it in the same rounds, since
 * on a shared machine two numbers of two runs say nothing about each other.
 */
import type { World } from "../../shared/testing/world.ts";

export interface Bench {
  /** Its name on the command line. */
  readonly name: string;
  /** One sentence: what is measured against what. */
  readonly title: string;
  run(context: BenchContext): Promise<readonly Figure[]>;
}

export interface BenchContext {
  /** A prefix, topic and schema of its own on the stores of the run; the bench takes it down. */
  createWorld(): Promise<World>;
  /** How often each side runs. */
  readonly rounds: number;
  /** How long each side runs in a round. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Progress, for people. */
  readonly say: (text: string) => void;
}

/** One line of the table. */
export interface Figure {
  readonly what: string;
  /** `votes/s`, `ms`, `MB`, … */
  readonly unit: string;
  /** One a round. */
  readonly samples: readonly number[];
  /** What bounds it, measured in the same rounds: the table shows the median of the rounds' ratios. */
  readonly limit?: { readonly what: string; readonly samples: readonly number[] };
  /** The ratio, or without a limit the value itself, that docs/performance.md promises. */
  readonly wanted?: { readonly atLeast: number } | { readonly atMost: number };
}
