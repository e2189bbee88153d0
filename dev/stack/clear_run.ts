/**
 * Clears away what launchers that died left behind: their processes, containers and, of runs that were for one time only,
 * their data.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { stopComposeLeftovers } from "./compose_stores.ts";
import { removeIfThere } from "./fetch_once.ts";
import { stopLeftovers } from "./pid_file.ts";
import { removeOutside } from "./postgres_home.ts";
import { tryClaimRun } from "./run_claim.ts";

export interface ClearOptions {
  run: string;
  keepData: boolean;
  environment: Record<string, string>;
}

/** Stops what still runs of a run whose claim the caller holds. */
export async function clearRun(checkout: Checkout, options: ClearOptions): Promise<void> {
  await stopLeftovers(join(checkout.cast, options.run, "pids"));
  await stopComposeLeftovers({ ...options, checkout });
  if (options.keepData) return;
  await removeOutside(checkout, options.run);
  await removeIfThere(join(checkout.cast, options.run));
}

/** Clears every run whose name begins with the prefix and that no living process holds. */
export async function sweepRuns(
  checkout: Checkout,
  options: { prefix: string; environment: Record<string, string> },
): Promise<void> {
  for (const run of await listRuns(checkout, options.prefix)) {
    const { claim } = await tryClaimRun(checkout, run);
    if (!claim) continue;
    await clearRun(checkout, { run, keepData: false, environment: options.environment });
    await claim.forget();
  }
}

async function listRuns(checkout: Checkout, prefix: string): Promise<string[]> {
  try {
    const runs: string[] = [];
    for await (const entry of Deno.readDir(join(checkout.cast, "locks"))) {
      if (entry.name.startsWith(prefix)) runs.push(entry.name);
    }
    return runs;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
