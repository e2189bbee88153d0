/**
 * The three stores as native processes in one folder, started side by side.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import type { EmbeddedContext, PreparedStore, PrepareStore } from "./embedded.ts";
import { findJava, prepareKafka } from "./embedded_kafka.ts";
import { preparePostgres } from "./embedded_postgres.ts";
import { prepareRedis } from "./embedded_redis.ts";
import { fetchJars } from "./fetch_jars.ts";
import { removeIfThere } from "./fetch_once.ts";
import { fetchPostgres } from "./fetch_postgres.ts";
import { createPortClaims } from "./port_claims.ts";
import { isPortFree } from "./ports.ts";
import { turnOver } from "./log_file.ts";
import { createPostgresHome, removeOutside } from "./postgres_home.ts";
import { type Report, STORE_NAMES, type StoreName, type Stores } from "./store.ts";

const PORT_ATTEMPTS_MAX = 3;
const LOG_BYTES_MAX = 1_048_576;

export interface EmbeddedOptions {
  checkout: Checkout;
  /** The name of the folder under `.cast/` that belongs to this run alone; the caller holds the claim on it. */
  run: string;
  keepData: boolean;
  /** PATH and JAVA_HOME are read from it. */
  environment: Record<string, string>;
  /** Path of another Redis than the embedded one. */
  redisServer?: string | undefined;
  report: Report;
  signal?: AbortSignal | undefined;
}

export async function startEmbeddedStores(options: EmbeddedOptions): Promise<Stores> {
  const contexts = await createContexts(options);
  const prepare = createPreparers(options, contexts);
  const settled = await Promise.allSettled(
    STORE_NAMES.map((name) => launch(name, { ...options, prepare: prepare[name] })),
  );
  const started = settled.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const stop = () => stopAll(started, { ...options, runFolder: contexts.redis.runFolder });
  const failed = settled.find((result) => result.status === "rejected");
  const [redis, kafka, postgres] = started;
  if (failed || !redis || !kafka || !postgres) {
    await stop();
    // What a Ctrl-C did to a client that was fetching is no news.
    options.signal?.throwIfAborted();
    throw failed?.reason;
  }
  return {
    origin: "embedded",
    addresses: { redisUrl: redis.address, kafkaBrokers: kafka.address, postgresUrl: postgres.address },
    control: { redis: redis.server, kafka: kafka.server, postgres: postgres.server },
    stop,
  };
}

export async function createContexts(options: EmbeddedOptions): Promise<Record<StoreName, EmbeddedContext>> {
  const runFolder = join(options.checkout.cast, options.run);
  const [logFolder, pidFolder] = [join(runFolder, "logs"), join(runFolder, "pids")];
  await Promise.all([logFolder, pidFolder].map((folder) => Deno.mkdir(folder, { recursive: true })));
  const environment = { PATH: options.environment["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  for (const name of STORE_NAMES) turnOver(join(logFolder, `${name}.log`), LOG_BYTES_MAX);
  const ports = createPortClaims(options);
  const create = (name: StoreName): EmbeddedContext => ({
    ...{ runFolder, logFolder, pidFolder, environment, ports, signal: options.signal },
    report: (state) => options.report(name, state),
  });
  return { redis: create("redis"), kafka: create("kafka"), postgres: create("postgres") };
}

/** Each store waits only for what it needs itself; the jars are fetched once for two of them. */
function createPreparers(
  options: EmbeddedOptions,
  contexts: Record<StoreName, EmbeddedContext>,
): Record<StoreName, PrepareStore> {
  const { checkout } = options;
  const java = findJava(options.environment["JAVA_HOME"]);
  // Maven needs Java too, and says it less clearly.
  const jars = java.then(() => fetchJars(checkout, contexts.kafka.report));
  const home = fetchPostgres(checkout, contexts.postgres.report).then((binaries) =>
    createPostgresHome(checkout, { runFolder: contexts.postgres.runFolder, runName: options.run, binaries })
  );
  // Each failure is reported where it is awaited; until then it must not count as unhandled.
  for (const early of [jars, java, home]) early.catch(() => {});
  return {
    redis: async () => {
      const { redisServer } = options.redisServer === undefined
        ? await jars
        : { redisServer: options.redisServer };
      return await prepareRedis(contexts.redis, { redisServer });
    },
    kafka: async () => await prepareKafka(contexts.kafka, { ...await jars, java: await java }),
    postgres: async () => await preparePostgres(contexts.postgres, await home),
  };
}

export interface LaunchOptions<Prepared> {
  prepare: () => Promise<Prepared>;
  report: Report;
  signal?: AbortSignal | undefined;
}

/** Starts a store; when another program was faster at its port, starts it again at the next one. */
export async function launch<Prepared extends PreparedStore>(
  name: StoreName,
  options: LaunchOptions<Prepared>,
): Promise<Prepared> {
  for (let attempt = 1;; attempt++) {
    const prepared = await options.prepare();
    options.report(name, "starting");
    try {
      await prepared.server.start();
      return prepared;
    } catch (error) {
      const lostPort = !prepared.ports.every((port) => isPortFree(port));
      if (attempt >= PORT_ATTEMPTS_MAX || !lostPort || options.signal?.aborted) throw error;
    }
  }
}

async function stopAll(
  started: PreparedStore[],
  options: EmbeddedOptions & { runFolder: string },
): Promise<void> {
  const stopped = await Promise.allSettled(started.map((store) => store.server.stop()));
  if (!options.keepData) {
    await removeOutside(options.checkout, options.run);
    await removeIfThere(options.runFolder);
  }
  const failed = stopped.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
