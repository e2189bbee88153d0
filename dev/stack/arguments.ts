/**
 * The arguments of the launchers.
 */
import { parseArgs } from "node:util";
import { SetupError } from "./setup_error.ts";

export type Wanted = "compose" | "embedded" | undefined;

/** `--stores=` for us; everything else, in its order, for `deno test`. */
export function parseTestArguments(args: string[]): { wanted: Wanted; rest: string[] } {
  const { tokens } = parseArgs({
    args,
    options: { stores: { type: "string" } },
    strict: false,
    tokens: true,
  });
  let wanted: Wanted;
  const ours = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || token.name !== "stores") continue;
    wanted = parseWanted(token.value);
    ours.add(token.index);
    if (!token.inlineValue) ours.add(token.index + 1);
  }
  return { wanted, rest: args.filter((_, index) => !ours.has(index)) };
}

/** `--stores=` and nothing else. */
export function parseDevArguments(args: string[]): { wanted: Wanted } {
  try {
    const { values } = parseArgs({ args, options: { stores: { type: "string" } } });
    return { wanted: values.stores === undefined ? undefined : parseWanted(values.stores) };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new SetupError(`Read the arguments: ${reason}; only --stores=compose|embedded is known`);
  }
}

function parseWanted(value: string | undefined): Wanted {
  if (value === "compose" || value === "embedded") return value;
  throw new SetupError(`Choose the stores: "${value ?? ""}" is not one of compose, embedded`);
}
