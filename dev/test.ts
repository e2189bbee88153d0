/**
 * `deno task test [--stores=compose|embedded] [arguments of deno test]`: every test against real Redis, Kafka and
 * Postgres that live as long as the run. Exits as `deno test` does.
 */
import { join } from "node:path";
import { parseTestArguments } from "./stack/arguments.ts";
import { type Checkout, createCheckout } from "./stack/checkout.ts";
import { sweepRuns } from "./stack/clear_run.ts";
import { startControl } from "./stack/control.ts";
import { INTERRUPTED, launch } from "./stack/launcher.ts";
import { writePidFile } from "./stack/pid_file.ts";
import { addressVariables, type Stores } from "./stack/store.ts";
import { startStores } from "./stack/stores.ts";

const RUN_PREFIX = "test-";

async function main(stopping: AbortSignal): Promise<number> {
  const { wanted, rest } = parseTestArguments(Deno.args);
  const checkout = createCheckout();
  const environment = Deno.env.toObject();
  await sweepRuns(checkout, { prefix: RUN_PREFIX, environment });
  const run = `${RUN_PREFIX}${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const began = performance.now();
  const stores = await startStores({
    run,
    keepData: false,
    environment,
    wanted,
    report: (store, state) => console.error(`${store}: ${state}`),
    signal: stopping,
  });
  console.error(`stores: ${stores.origin}, ready in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  try {
    return await runTests(stores, { rest, checkout, run, stopping });
  } finally {
    await stores.stop();
  }
}

/** The tests share our terminal, so a Ctrl-C reaches them as well; a signal sent to us alone is passed on. */
async function runTests(
  stores: Stores,
  options: { rest: string[]; checkout: Checkout; run: string; stopping: AbortSignal },
): Promise<number> {
  const control = stores.control ? startControl(stores.control) : undefined;
  try {
    const tests = new Deno.Command(Deno.execPath(), {
      args: ["test", "-P", ...options.rest],
      cwd: options.checkout.root,
      env: {
        ...addressVariables(stores.addresses),
        ...(control ? { CAST_TEST_STORES_CONTROL: control.address } : {}),
      },
      signal: options.stopping,
    }).spawn();
    // Among the stores' own, so that a later run clears it away too; none of ours has a folder otherwise.
    if (control) await writePidFile(pidFolder(options), { name: "tests", pid: tests.pid });
    const { code } = await tests.status;
    return options.stopping.aborted ? INTERRUPTED : code;
  } finally {
    await control?.stop();
  }
}

function pidFolder(options: { checkout: Checkout; run: string }): string {
  return join(options.checkout.cast, options.run, "pids");
}

if (import.meta.main) await launch(main);
