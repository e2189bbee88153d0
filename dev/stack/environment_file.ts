/**
 * The addresses of the running `deno task dev`, for whoever else wants to reach its stores: `deno task sql`, or any program
 * started with `--env-file=.cast/dev/environment`.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { removeIfThere } from "./fetch_once.ts";
import { writePrivateFile } from "./private_file.ts";

export async function writeEnvironmentFile(
  checkout: Checkout,
  variables: Record<string, string>,
): Promise<void> {
  await writePrivateFile(environmentPath(checkout), formatEnvironment(variables));
}

export async function removeEnvironmentFile(checkout: Checkout): Promise<void> {
  await removeIfThere(environmentPath(checkout));
}

/** Empty when no `deno task dev` runs. */
export async function readEnvironmentFile(checkout: Checkout): Promise<Record<string, string>> {
  try {
    return parseEnvironment(await Deno.readTextFile(environmentPath(checkout)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** The CAST_ variables, but for the port that each program has of its own, as a shell and Deno's --env-file read them. */
export function formatEnvironment(variables: Record<string, string>): string {
  return Object.entries(variables)
    .filter(([name, value]) =>
      name !== "CAST_OPS_PORT" && /^CAST_[A-Z0-9_]+$/.test(name) && !/['\n]/.test(value)
    )
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}

export function parseEnvironment(text: string): Record<string, string> {
  const pairs = text.split("\n").map((line) => /^([A-Z0-9_]+)='(.*)'$/.exec(line));
  return Object.fromEntries(
    pairs.flatMap((pair) => pair?.[1] && pair[2] !== undefined ? [[pair[1], pair[2]]] : []),
  );
}

function environmentPath(checkout: Checkout): string {
  return join(checkout.cast, "dev", "environment");
}
