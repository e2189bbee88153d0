/** The arguments of `deno task chaos`. */
import { parseArgs } from "node:util";

export interface ChaosArguments {
  readonly seed: number;
  /** Of the main phase. */
  readonly minutes: number;
  readonly perSecond: number;
  /** Empty for all. */
  readonly faults: readonly string[];
  readonly json: boolean;
  readonly act:
    | { readonly kind: "run" | "list" | "help" }
    /** Every bug, or one; `unbroken` runs its scenario on the programs as they are. */
    | { readonly kind: "bugs"; readonly bug: string | undefined; readonly unbroken: boolean };
}

export const USAGE = `deno task chaos [options]

  --seed N        the same faults in the same order (default: random, printed)
  --minutes N     how long faults are injected (default: 2); the phase at the default ticket uses comes on top
  --rate N        votes a second, whatever the system does (default: 1000, with bugs 300)
  --faults A,B    only these, by name or by its beginning; "list" prints all
  --json          one object on standard output instead of a table
  --bugs          run every seeded bug and see each caught
  --bug NAME      run one of them
  --unbroken      with --bug or --bugs: the same scenario without the bug, which must pass

Exit code: 0 all promises kept (with --bugs: every bug caught), 1 one was broken, 2 it could not run.`;

const SEED_MAX = 2 ** 31 - 1;

/** Throws with one sentence for what cannot be. */
export function parseChaosArguments(args: readonly string[], randomSeed: () => number): ChaosArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      minutes: { type: "string", default: "2" },
      rate: { type: "string" },
      faults: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      bugs: { type: "boolean", default: false },
      bug: { type: "string" },
      unbroken: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  const faults = values.faults.split(",").filter((name) => name !== "");
  const act = actOf(values, faults);
  const number = (name: string, text: string, bounds: { min: number; max: number; whole: boolean }) =>
    numberIn(text, { name, ...bounds });
  return {
    seed: values.seed === undefined
      ? randomSeed()
      : number("--seed", values.seed, { min: 0, max: SEED_MAX, whole: true }),
    minutes: number("--minutes", values.minutes, { min: 0.1, max: 1440, whole: false }),
    perSecond: number("--rate", values.rate ?? (act.kind === "bugs" ? "300" : "1000"), {
      min: 1,
      max: 100_000,
      whole: true,
    }),
    faults,
    json: values.json,
    act,
  };
}

function actOf(
  { help, bugs, bug, unbroken }: { help: boolean; bugs: boolean; bug?: string; unbroken: boolean },
  faults: readonly string[],
): ChaosArguments["act"] {
  if (help) return { kind: "help" };
  if (faults.includes("list")) return { kind: "list" };
  if (bugs || bug !== undefined) return { kind: "bugs", bug, unbroken };
  if (unbroken) throw new Error("Read --unbroken: it goes with --bug or --bugs");
  return { kind: "run" };
}

function numberIn(
  text: string,
  { name, min, max, whole }: { name: string; min: number; max: number; whole: boolean },
): number {
  const number = Number(text);
  if (text !== "" && number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  throw new Error(`Read ${name}: got "${text}", wanted a number from ${min} to ${max}`);
}
