/** The arguments of `deno task bench`. */
import { parseArgs } from "node:util";

export interface BenchArguments {
  /** In the order asked; empty for all. */
  readonly names: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly json: boolean;
  /** Exit with 1 when a wanted value is missed or a bench is skipped. */
  readonly strict: boolean;
  readonly help: boolean;
  readonly stores: "compose" | "embedded" | undefined;
}

export const USAGE = `deno task bench [name ...] [options]

  --rounds N     how often each side is measured, after a round that warms up (default: 5)
  --seconds S    how long each side runs in a round (default: 3)
  --json         one object on standard output instead of a table
  --strict       exit with 1 when a wanted value is missed or a bench is skipped
  --stores=compose|embedded

Exit code: 0 measured, 1 a bench failed (with --strict: or was skipped, or missed a value), 2 it could not run.`;

/** Throws with one sentence for what cannot be. */
export function parseBenchArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
      strict: { type: "boolean", default: false },
      stores: { type: "string" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`Choose a bench: got "${unknown}", wanted one of ${known.join(", ")}`);
  }
  return {
    names: [...new Set(positionals)],
    rounds: wholeNumber(values.rounds, { name: "--rounds", max: 1000 }),
    seconds: wholeNumber(values.seconds, { name: "--seconds", max: 600 }),
    json: values.json,
    strict: values.strict,
    help: values.help,
    stores: storesNamed(values.stores),
  };
}

/** Whole, since wrk takes no other times. */
function wholeNumber(text: string, { name, max }: { name: string; max: number }): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= 1 && number <= max) return number;
  throw new Error(`Read ${name}: got "${text}", wanted a whole number from 1 to ${max}`);
}

function storesNamed(text: string | undefined): BenchArguments["stores"] {
  if (text === undefined || text === "compose" || text === "embedded") return text;
  throw new Error(`Choose the stores: got "${text}", wanted compose or embedded`);
}
