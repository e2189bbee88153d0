/** The Postgres of the fault runner. */
import { join } from "node:path";
import { launch } from "../../stack/embedded_stores.ts";
import { preparePostgres } from "../../stack/embedded_postgres.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import type { ChaosProxy } from "./chaos_proxy.ts";
import type { ChaosRun } from "./chaos_run.ts";
import type { ChaosStore } from "./chaos_store.ts";
import { copyFolder } from "./copy_folder.ts";
import { backUpPostgres, type PostgresBackup } from "./postgres_backup.ts";
import { createPostgresStore } from "./postgres_store.ts";
import { orStoreDown } from "./store_down.ts";

// In the data folder and not in the system's memory, where what a killed server held would stay.
const SETTINGS = ["dynamic_shared_memory_type=mmap"];

export interface ChaosPostgres extends ChaosStore {
  /** Backs up the running server while it serves. */
  backup(): Promise<PostgresBackup>;
  /** Ends the server at once, puts the backup in the place of its data and starts it. */
  restore(backup: PostgresBackup): Promise<void>;
  /** Of the server itself, past every proxy. */
  address(): string;
  /** Ends every process. */
  end(): Promise<void>;
}

export async function createChaosPostgres(run: ChaosRun, proxy: ChaosProxy): Promise<ChaosPostgres> {
  const context = run.contexts.postgres;
  const home = await run.createPostgresHome();
  const { address, server, data, ports: [port = 0] } = await launch("postgres", {
    prepare: () => preparePostgres(context, { ...home, settings: SETTINGS }),
    report: run.report,
    signal: run.signal,
  });
  proxy.retarget(port);
  const store = createPostgresStore(server, context.pidFolder);
  let backupCount = 0;

  /** Leaves neither processes nor shared memory. */
  async function end(): Promise<void> {
    await store.resume();
    await server.stop("SIGQUIT");
  }

  return {
    ...store,
    async backup() {
      const folder = join(home.folder, `backup-${backupCount += 1}`);
      return await backUpPostgres({ address, data, folder, user: home.user });
    },
    async restore(backup) {
      await orStoreDown("Go back to a backup", async () => {
        await end();
        const part = `${data}.part`;
        await removeIfThere(part);
        await copyFolder({ from: backup.folder, to: part, user: home.user });
        await removeIfThere(data);
        await Deno.rename(part, data);
        await store.start();
      });
    },
    address: () => address,
    end,
  };
}
