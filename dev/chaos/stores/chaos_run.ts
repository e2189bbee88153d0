/**
 * The name, the folder and the tools of one run: what every store of the fault runner begins with. Whatever a run that was
 * killed left behind, the next one clears away.
 */
import type { Checkout } from "../../stack/checkout.ts";
import { clearRun, sweepRuns } from "../../stack/clear_run.ts";
import type { EmbeddedContext } from "../../stack/embedded.ts";
import { findJava } from "../../stack/embedded_kafka.ts";
import { createContexts } from "../../stack/embedded_stores.ts";
import { fetchJars, type Jars } from "../../stack/fetch_jars.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import { fetchPostgres } from "../../stack/fetch_postgres.ts";
import { createPostgresHome, type PostgresHome, removeOutside } from "../../stack/postgres_home.ts";
import { claimRun } from "../../stack/run_claim.ts";
import type { Report, StoreName } from "../../stack/store.ts";

/** What the names of all runs begin with. */
export const CHAOS_RUN_PREFIX = "chaos-";

export interface ChaosRunOptions {
  checkout: Checkout;
  /** Begins with CHAOS_RUN_PREFIX; lower case letters, digits, dashes. Names the folder under `.cast/`, removed by `stop`. */
  run: string;
  /** PATH and JAVA_HOME are read from it. */
  environment: Record<string, string>;
  report?: Report;
  /** Ends whatever is under way; `stop` is still to be called. */
  signal?: AbortSignal | undefined;
}

export interface ChaosRun {
  contexts: Record<StoreName, EmbeddedContext>;
  report: Report;
  signal: AbortSignal | undefined;
  findJava(): Promise<string>;
  fetchJars(): Promise<Jars>;
  createPostgresHome(): Promise<PostgresHome>;
  /** Removes the folder and gives the name back, once nothing runs any more. */
  end(): Promise<void>;
}

export async function createChaosRun(options: ChaosRunOptions): Promise<ChaosRun> {
  const { checkout, run, environment, report = () => {} } = options;
  if (!run.startsWith(CHAOS_RUN_PREFIX)) {
    throw new RangeError(`Name a run: "${run}" must begin with ${CHAOS_RUN_PREFIX}`);
  }
  await sweepRuns(checkout, { prefix: CHAOS_RUN_PREFIX, environment });
  const claim = await claimRun(checkout, run);
  const clear = () => clearRun(checkout, { run, keepData: false, environment });
  const contexts = await clear().then(() => createContexts({ ...options, report, keepData: false })).catch(
    async (error) => {
      await claim.forget();
      throw error;
    },
  );
  let jars: Promise<Jars> | undefined;
  return {
    contexts,
    report,
    signal: options.signal,
    findJava: () => findJava(environment["JAVA_HOME"]),
    fetchJars: () => jars ??= fetchJars(checkout, contexts.kafka.report),
    async createPostgresHome() {
      const binaries = await fetchPostgres(checkout, contexts.postgres.report);
      const { runFolder } = contexts.postgres;
      return await createPostgresHome(checkout, { runFolder, runName: run, binaries });
    },
    async end() {
      await removeOutside(checkout, run);
      await removeIfThere(contexts.redis.runFolder);
      await claim.forget();
    },
  };
}
