/**
 * `deno task dev [--stores=compose|embedded]`: the three stores and the four programs on this machine, until Ctrl-C. Data
 * is kept for the next time.
 */
import { join } from "node:path";
import { chooseApiPort } from "./stack/api_port.ts";
import { parseDevArguments } from "./stack/arguments.ts";
import { type Checkout, createCheckout } from "./stack/checkout.ts";
import { type Acts, startControl } from "./stack/control.ts";
import { makeToken, removeControlFile, writeControlFile } from "./stack/control_file.ts";
import { removeEnvironmentFile, writeEnvironmentFile } from "./stack/environment_file.ts";
import { guide, links } from "./stack/guide.ts";
import { launch } from "./stack/launcher.ts";
import { stopLeftovers } from "./stack/pid_file.ts";
import { findFreePort, LOOPBACK } from "./stack/ports.ts";
import { programEnvironment } from "./stack/program_environment.ts";
import { type ProgramPlan, type Runner, runPrograms } from "./stack/program_runner.ts";
import { PROGRAMS } from "./stack/programs.ts";
import { claimRun, type RunClaim } from "./stack/run_claim.ts";
import { STORE_NAMES, type StoreAddresses, type Stores } from "./stack/store.ts";
import { keepStoreRunning } from "./stack/store_keeper.ts";
import { startStores } from "./stack/stores.ts";
import { readOrMakeTicketKeys } from "./stack/ticket_keys.ts";
import type { Dashboard } from "./terminal/dashboard.ts";
import { openDashboard } from "./terminal/open_dashboard.ts";
import { watchFigures } from "./terminal/watch_figures.ts";

const RUN = "dev";

interface Session {
  checkout: Checkout;
  claim: RunClaim;
  environment: Record<string, string>;
  pidFolder: string;
  stopping: AbortSignal;
  dashboard: Dashboard;
  isTerminal: boolean;
}

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
  const opened = openDashboard({ environment, programs: PROGRAMS, stores: STORE_NAMES });
  const { dashboard, isTerminal } = opened;
  stopping.addEventListener("abort", () => {
    opened.close();
    dashboard.say("Stopping the programs, then the stores");
  });
  try {
    const report = dashboard.report;
    const stores = await startStores({
      run: RUN,
      keepData: true,
      environment,
      wanted,
      report,
      signal: stopping,
    });
    try {
      showStores(stores, dashboard);
      await runUntilStopped(stores, {
        ...{ checkout, claim, environment, pidFolder, stopping, dashboard, isTerminal },
      });
    } finally {
      await stores.stop();
      const isOurs = stores.origin !== "environment";
      dashboard.say(isOurs ? "Stopped; the data is kept" : "The stores are left running, they are not ours");
    }
  } finally {
    opened.close();
  }
  return 0;
}

async function runUntilStopped(stores: Stores, session: Session): Promise<void> {
  const { checkout, dashboard } = session;
  const { plans, api } = await planPrograms(stores.addresses, session);
  await session.claim.describe(`process ${Deno.pid}, ${api}`);
  await writeEnvironmentFile(checkout, plans[0]?.environment ?? {});
  // Whatever ends the programs ends what looks after them.
  const ended = new AbortController();
  const stopping = AbortSignal.any([session.stopping, ended.signal]);
  const beside: Promise<void>[] = [];
  try {
    const runner = await runPrograms({
      ...session,
      plans,
      logFolder: join(checkout.cast, RUN, "logs"),
      report: dashboard.report,
      show: dashboard.log,
    });
    beside.push(...keepStores(stores, { dashboard, stopping }));
    beside.push(takeOrders({ stores, runner }, { checkout, dashboard, stopping }));
    if (session.isTerminal) beside.push(watchPrograms(plans, { dashboard, stopping }));
    await sayWhenReady(runner, { api, environment: plans[0]?.environment ?? {}, dashboard });
    await runner.stopped;
  } finally {
    ended.abort();
    await Promise.all(beside);
    await removeEnvironmentFile(checkout);
  }
}

async function planPrograms(
  addresses: StoreAddresses,
  session: Session,
): Promise<{ plans: ProgramPlan[]; api: string }> {
  const { checkout, environment, dashboard } = session;
  const api = chooseApiPort(environment);
  if (api.moved) dashboard.report("api", `the default port is taken, using ${api.port}`);
  const ticketKeys = await readOrMakeTicketKeys(join(checkout.cast, RUN, "ticket_keys"));
  const taken = new Set([api.port]);
  const plans = PROGRAMS.map((program) => {
    const opsPort = findFreePort({ taken });
    taken.add(opsPort);
    dashboard.place(program, `:${program === "api" ? api.port : opsPort}`);
    const variables = programEnvironment({ environment, addresses, ticketKeys, apiPort: api.port, opsPort });
    return { program, opsPort, environment: variables };
  });
  return { plans, api: `http://${LOOPBACK}:${api.port}` };
}

interface Beside {
  dashboard: Dashboard;
  stopping: AbortSignal;
}

function keepStores(stores: Stores, { dashboard, stopping }: Beside): Promise<void>[] {
  const { control } = stores;
  if (!control) return [];
  return STORE_NAMES.map((name) =>
    keepStoreRunning({
      control: control[name],
      report: (state) => dashboard.report(name, state),
      show: (line) => dashboard.detail(name, line),
      stopping,
    })
  );
}

/** Lets `deno task part` kill and start what runs here. */
async function takeOrders(
  { stores, runner }: { stores: Stores; runner: Runner },
  { checkout, dashboard, stopping }: Beside & { checkout: Checkout },
): Promise<void> {
  const parts: Record<string, Acts> = Object.fromEntries(runner.control);
  for (const name of stores.control ? STORE_NAMES : []) {
    const control = stores.control?.[name];
    if (!control) continue;
    parts[name] = {
      kill: async () => {
        await control.kill();
        dashboard.report(name, "killed, down until it is started");
      },
      start: async () => {
        dashboard.report(name, "starting");
        await control.start();
        dashboard.report(name, "ready");
      },
    };
  }
  const token = makeToken();
  const server = startControl(parts, { token });
  await writeControlFile(checkout, { address: server.address, token });
  if (!stopping.aborted) {
    await new Promise((resolve) => stopping.addEventListener("abort", resolve, { once: true }));
  }
  await removeControlFile(checkout);
  await server.stop();
}

async function watchPrograms(plans: ProgramPlan[], { dashboard, stopping }: Beside): Promise<void> {
  const opsPorts = new Map(plans.map(({ program, opsPort }) => [program, opsPort]));
  await watchFigures({ opsPorts, onFigures: dashboard.figures, stopping });
}

/** Says it once; a program that starts again later only shows its own line. */
async function sayWhenReady(
  runner: Runner,
  { api, environment, dashboard }: { api: string; environment: Record<string, string>; dashboard: Dashboard },
): Promise<void> {
  const ready = await Promise.race([runner.ready.then(() => true), runner.stopped.then(() => false)]);
  if (!ready) return;
  dashboard.say(guide(api));
  dashboard.links(links(api, environment));
}

function showStores(stores: Stores, dashboard: Dashboard): void {
  for (const name of STORE_NAMES) {
    const address = shownAddress(stores.addresses, name);
    dashboard.place(name, /:\d+$/.exec(address)?.[0] ?? "");
    dashboard.report(name, `ready at ${address}, ${stores.origin}`);
  }
}

/** Without user and password. */
function shownAddress(addresses: StoreAddresses, name: typeof STORE_NAMES[number]): string {
  if (name === "kafka") return addresses.kafkaBrokers;
  return new URL(name === "redis" ? addresses.redisUrl : addresses.postgresUrl).host;
}

if (import.meta.main) await launch(main);
