/**
 * The three stores as containers, from the compose.yaml at the root of the repository, in a project of this checkout's and
 * this run's own.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { exists, removeIfThere } from "./fetch_once.ts";
import { kafkaAnswers } from "./kafka_probe.ts";
import { createPortClaims } from "./port_claims.ts";
import { LOOPBACK } from "./ports.ts";
import { postgresAnswers } from "./postgres_probe.ts";
import { redisAnswers } from "./redis_probe.ts";
import { runClient } from "./run_client.ts";
import { type Report, STORE_NAMES, type StoreControl, type StoreName, type Stores } from "./store.ts";
import { waitUntil } from "./wait_until.ts";

const WAIT_SECONDS = 180;
const ANSWER_DEADLINE_MS = 60_000;
const PROBES: Record<StoreName, (port: number) => Promise<boolean>> = {
  redis: (port) => redisAnswers(port),
  kafka: (port) => kafkaAnswers(port),
  postgres: (port) => postgresAnswers(port),
};

export interface ComposeOptions {
  checkout: Checkout;
  run: string;
  keepData: boolean;
  environment: Record<string, string>;
  report: Report;
  signal?: AbortSignal | undefined;
}

type Ports = Record<StoreName, number>;
type Compose = (args: string[]) => Promise<void>;

export async function startComposeStores(options: ComposeOptions): Promise<Stores> {
  const { claim } = createPortClaims(options);
  const ports = { redis: claim(0), kafka: claim(1), postgres: claim(2) };
  const compose = createCompose(options, composeVariables(ports));
  await markRun(options);
  try {
    for (const name of STORE_NAMES) options.report(name, "starting a container");
    await up(compose, { names: STORE_NAMES, ports });
  } catch (error) {
    await stopCompose(options);
    options.signal?.throwIfAborted();
    throw error;
  }
  return {
    origin: "compose",
    addresses: {
      redisUrl: `redis://${LOOPBACK}:${ports.redis}`,
      // The name that the broker advertises, so that one permission to connect is enough.
      kafkaBrokers: `localhost:${ports.kafka}`,
      postgresUrl: `postgres://cast:cast@${LOOPBACK}:${ports.postgres}/cast`,
    },
    control: {
      redis: createControl(compose, { name: "redis", ports }),
      kafka: createControl(compose, { name: "kafka", ports }),
      postgres: createControl(compose, { name: "postgres", ports }),
    },
    stop: () => stopCompose(options),
  };
}

/** Stops what a launcher that was killed left of this run; does nothing for a run that never had containers. */
export async function stopComposeLeftovers(
  options: Omit<ComposeOptions, "report" | "signal">,
): Promise<void> {
  if (await exists(markPath(options))) await stopCompose(options);
}

/** The variables from which compose.yaml takes the ports on this machine. */
export function composeVariables(ports: Ports): Record<string, string> {
  return {
    CAST_COMPOSE_REDIS_PORT: `${ports.redis}`,
    CAST_COMPOSE_KAFKA_PORT: `${ports.kafka}`,
    CAST_COMPOSE_POSTGRES_PORT: `${ports.postgres}`,
  };
}

function createControl(compose: Compose, options: { name: StoreName; ports: Ports }): StoreControl {
  const { name, ports } = options;
  return {
    kill: () => compose(["kill", "--signal", "SIGKILL", name]),
    stop: () => compose(["stop", name]),
    start: () => up(compose, { names: [name], ports }),
  };
}

/**
 * Settles when the health checks say that the stores are well and each has answered through its port: a container that is
 * started again may for a moment show the health of its former life.
 */
async function up(compose: Compose, options: { names: readonly StoreName[]; ports: Ports }): Promise<void> {
  const { names, ports } = options;
  const wait = ["--wait", "--wait-timeout", `${WAIT_SECONDS}`];
  await compose(["up", "--detach", "--no-deps", "--no-recreate", ...wait, ...names]);
  await Promise.all(names.map(async (name) => {
    const what = `${name} answers`;
    await waitUntil(() => PROBES[name](ports[name]), { what, deadlineMs: ANSWER_DEADLINE_MS });
  }));
}

/** Named volumes stay when data is to be kept. */
async function stopCompose(options: Omit<ComposeOptions, "report">): Promise<void> {
  // The ports do not matter for stopping, but the file may insist on them.
  const variables = composeVariables({ redis: 1, kafka: 1, postgres: 1 });
  // Without the signal: it may be what ended the run.
  const compose = createCompose({ ...options, signal: undefined }, variables);
  await compose(options.keepData ? ["down"] : ["down", "--volumes", "--timeout", "1"]);
  await removeIfThere(options.keepData ? markPath(options) : runFolder(options));
}

function createCompose(
  options: Omit<ComposeOptions, "report">,
  variables: Record<string, string>,
): Compose {
  const { checkout, run } = options;
  return async (args) => {
    await runClient("docker", {
      action: `Run the stores in containers (docker compose ${args[0]})`,
      args: ["compose", "--project-name", `cast-${checkout.id}-${run}`, ...args],
      install: "install Docker with Compose, or use --stores=embedded",
      workingFolder: checkout.root,
      environment: { ...options.environment, ...variables },
      signal: options.signal,
    });
  };
}

/** Tells a later launcher that this run has containers. */
async function markRun(options: ComposeOptions): Promise<void> {
  await Deno.mkdir(runFolder(options), { recursive: true });
  await Deno.writeTextFile(markPath(options), "");
}

function runFolder(options: { checkout: Checkout; run: string }): string {
  return join(options.checkout.cast, options.run);
}

function markPath(options: { checkout: Checkout; run: string }): string {
  return join(runFolder(options), "containers");
}
