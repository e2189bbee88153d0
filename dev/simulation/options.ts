/** The arguments of `simulate`, parsed: all of them, or the first that is wrong. */
import { type BreakName, BREAKS, isBreakName } from "./breaks.ts";
import { TURNS } from "./history.ts";

export interface SimulateOptions {
  readonly seeds: number;
  readonly first: number;
  readonly turns: number;
  readonly broken: BreakName | undefined;
  /** The one seed whose history is to be told. */
  readonly trace: number | undefined;
}

export type ParsedOptions =
  | { readonly kind: "parsed"; readonly options: SimulateOptions }
  | { readonly kind: "refused"; readonly problem: string };

const SEEDS = 10_000;

export function parseOptions(args: readonly string[]): ParsedOptions {
  const options: { -readonly [K in keyof SimulateOptions]: SimulateOptions[K] } = {
    seeds: SEEDS,
    first: 0,
    turns: TURNS,
    broken: undefined,
    trace: undefined,
  };
  for (let index = 0; index < args.length; index += 2) {
    const name = (args[index] ?? "").replace(/^--/, "");
    const value = args[index + 1] ?? "";
    if (name === "break") {
      if (!isBreakName(value)) {
        return refused(`Choose one of ${Object.keys(BREAKS).join(", ")} for --break: got "${value}"`);
      }
      options.broken = value;
    } else if (name === "seeds" || name === "first" || name === "turns" || name === "trace") {
      if (!/^\d{1,15}$/.test(value)) return refused(`Give --${name} a whole number: got "${value}"`);
      if (name === "seeds" && Number(value) === 0) return refused("Give --seeds one or more: got 0");
      options[name] = Number(value);
    } else {
      return refused(`Leave out "${args[index]}": no such option`);
    }
  }
  return { kind: "parsed", options };
}

function refused(problem: string): ParsedOptions {
  return { kind: "refused", problem };
}
