/**
 * The stores of a running `deno task dev`, for an operator's command that was told of none. All of them or none: a command
 * that compared one store of its own with another of somebody else's would find differences, and might mend them.
 */
import { parseEnv } from "node:util";
import type { Environment, Settings } from "./parse.ts";

/** Where `deno task dev` writes what its programs are given, from the project's folder. */
export const DEV_ENVIRONMENT = ".cast/dev/environment";

export interface DevStores {
  /** For `deno run`. */
  readonly flags: readonly string[];
  readonly environment: Environment;
}

/** Returns what is to be added to the environment, nothing where any store is named or no `deno task dev` runs. */
export function devStores(
  settings: Settings,
  environment: Environment,
  { readFile = Deno.readTextFileSync }: { readFile?: (path: string) => string } = {},
): DevStores {
  const names = Object.values(settings).filter(({ fallback }) => fallback === undefined).map(({ name }) =>
    name
  );
  const isNamed = names.some((name) => (environment[name] ?? environment[`${name}_FILE`] ?? "") !== "");
  if (isNamed) return { flags: [], environment };
  try {
    const found = parseEnv(readFile(DEV_ENVIRONMENT)) as Environment;
    return { flags: [`--env-file=${DEV_ENVIRONMENT}`], environment: { ...found, ...environment } };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { flags: [], environment };
  }
}
