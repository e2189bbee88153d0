/** A run for one test of the stores, where this machine has their binaries; it holds its folder until it ends. */
import { createCheckout } from "../../../stack/checkout.ts";
import { CHAOS_RUN_PREFIX, type ChaosRun, createChaosRun } from "../chaos_run.ts";

/** What was fetched for the embedded stores; where the stores are containers there is nothing, and it is not fetched here. */
const WANTED = ["jars-", "postgres-"];

/** Whether the tests can run: those of the stores are embedded ones' only. */
export function hasEmbeddedStores(): boolean {
  try {
    const names = [...Deno.readDirSync(createCheckout().fetched)].filter((entry) => entry.isDirectory)
      .map(({ name }) => name);
    return WANTED.every((prefix) => names.some((name) => name.startsWith(prefix) && !name.includes(".part")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Ends last what was begun first. */
export async function createTestRun(): Promise<ChaosRun & AsyncDisposable> {
  const name = `${CHAOS_RUN_PREFIX}test-${crypto.randomUUID().slice(0, 8)}`;
  const run = await createChaosRun({
    checkout: createCheckout(),
    run: name,
    environment: Deno.env.toObject(),
  });
  return { ...run, [Symbol.asyncDispose]: () => run.end() };
}

/** Whether a process lives. */
export async function lives(pid: number): Promise<boolean> {
  const { success } = await new Deno.Command("kill", { args: ["-0", `${pid}`], stderr: "null" }).output();
  return success;
}
