/**
 * `deno task dev [--stores=compose|embedded]`: the three stores and the four programs on this machine, until Ctrl-C. Data
 * is kept for the next time.
 */
import { join } from "node:path";
import { chooseApiPort } from "./stack/api_port.ts";
import { parseDevArguments } from "./stack/arguments.ts";
import { type Checkout, createCheckout } from "./stack/checkout.ts";
import { removeEnvironmentFile, writeEnvironmentFile } from "./stack/environment_file.ts";
import { guide } from "./stack/guide.ts";
import { launch } from "./stack/launcher.ts";
import { stopLeftovers } from "./stack/pid_file.ts";
import { findFreePort, LOOPBACK } from "./stack/ports.ts";
import { programEnvironment } from "./stack/program_environment.ts";
import { type ProgramPlan, type Runner, runPrograms } from "./stack/program_runner.ts";
import { PROGRAMS } from "./stack/programs.ts";
import { claimRun, type RunClaim } from "./stack/run_claim.ts";
import { STORE_NAMES, type StoreAddresses, type Stores } from "./stack/store.ts";
import { startStores } from "./stack/stores.ts";
import { readOrMakeTicketKeys } from "./stack/ticket_keys.ts";

const RUN = "dev";
const NAME_WIDTH = Math.max(...PROGRAMS.map((program) => program.length));

async function main(stopping: AbortSignal): Promise<number> {
  const { wanted } = parseDevArguments(Deno.args);
  const environment = Deno.env.toObject();
  const checkout = createCheckout();
  const claim = await claimRun(checkout, "deno task dev");
  const pidFolder = join(checkout.cast, RUN, "programs");
  // Before the stores, so that no old program meets a new store, and before the choice of ports that it may hold.
  await stopLeftovers(pidFolder);
  // Chosen again when it is needed; a port that is taken is better said before the stores start.
  chooseApiPort(environment);
  const stores = await startStores({
    run: RUN,
    keepData: true,
    environment,
    wanted,
    report: show,
    signal: stopping,
  });
  try {
    for (const name of STORE_NAMES) {
      show(name, `ready at ${shownAddress(stores.addresses, name)}, ${stores.origin}`);
    }
    await runUntilStopped(stores, { checkout, claim, environment, pidFolder, stopping });
  } finally {
    await stores.stop();
    show("stores", stores.origin === "environment" ? "left running, they are not ours" : "stopped");
  }
  return 0;
}

interface SessionOptions {
  checkout: Checkout;
  claim: RunClaim;
  environment: Record<string, string>;
  pidFolder: string;
  stopping: AbortSignal;
}

async function runUntilStopped(stores: Stores, options: SessionOptions): Promise<void> {
  const { plans, url } = await planPrograms(stores.addresses, options);
  await options.claim.describe(`process ${Deno.pid}, ${url}`);
  await writeEnvironmentFile(options.checkout, plans[0]?.environment ?? {});
  try {
    const runner = await runPrograms({
      ...options,
      plans,
      logFolder: join(options.checkout.cast, RUN, "logs"),
      report: (program, state) => show(program, state),
      show: (program, line) => console.log(`${program} | ${line}`),
    });
    await sayWhenReady(runner, url);
    await runner.stopped;
  } finally {
    await removeEnvironmentFile(options.checkout);
  }
}

async function planPrograms(
  addresses: StoreAddresses,
  options: SessionOptions,
): Promise<{ plans: ProgramPlan[]; url: string }> {
  const { checkout, environment } = options;
  const api = chooseApiPort(environment);
  if (api.moved) show("api", `the default port is taken, using ${api.port}`);
  const ticketKeys = await readOrMakeTicketKeys(join(checkout.cast, RUN, "ticket_keys"));
  const taken = new Set([api.port]);
  const plans = PROGRAMS.map((program) => {
    const opsPort = findFreePort({ taken });
    taken.add(opsPort);
    const variables = programEnvironment({ environment, addresses, ticketKeys, apiPort: api.port, opsPort });
    return { program, opsPort, environment: variables };
  });
  return { plans, url: `http://${LOOPBACK}:${api.port}/graphql` };
}

/** Says it once; a program that starts again later only shows its own line. */
async function sayWhenReady(runner: Runner, url: string): Promise<void> {
  const ready = await Promise.race([runner.ready.then(() => true), runner.stopped.then(() => false)]);
  if (ready) console.log(guide(url));
}

/** Without user and password. */
function shownAddress(addresses: StoreAddresses, name: typeof STORE_NAMES[number]): string {
  if (name === "kafka") return addresses.kafkaBrokers;
  return new URL(name === "redis" ? addresses.redisUrl : addresses.postgresUrl).host;
}

function show(part: string, state: string): void {
  console.log(`${part.padEnd(NAME_WIDTH)}  ${state}`);
}

if (import.meta.main) await launch(main);
