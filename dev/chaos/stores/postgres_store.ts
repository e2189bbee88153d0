/**
 * The processes of Postgres, killed and paused as one.
 */
import { signalPid } from "../../stack/child.ts";
import type { StoreServer } from "../../stack/server.ts";
import { type ChaosStore, createChaosStore } from "./chaos_store.ts";
import { type PausedProcesses, pauseProcesses, serverProcesses } from "./postgres_processes.ts";

export function createPostgresStore(server: StoreServer, pidFolder: string): ChaosStore {
  const store = createChaosStore(() => server);
  let paused: PausedProcesses | undefined;

  async function pause(): Promise<void> {
    const postmaster = server.pid();
    if (postmaster === undefined || paused) return;
    // First, so that it starts no more of them.
    await store.pause();
    paused = await pauseProcesses(await serverProcesses(postmaster), pidFolder);
  }

  async function resume(): Promise<void> {
    await paused?.resume();
    paused = undefined;
    await store.resume();
  }

  /** All at once, as when the machine fails: no session lives on to end its transaction. */
  async function kill(): Promise<void> {
    const postmaster = server.pid();
    if (postmaster === undefined) return;
    await store.pause();
    const processes = await serverProcesses(postmaster);
    await store.kill();
    for (const pid of processes) signalPid(pid, "SIGKILL");
    await paused?.resume();
    paused = undefined;
  }

  return {
    ...store,
    pause,
    resume,
    kill,
    async stop() {
      await resume();
      await store.stop();
    },
    async start() {
      await resume();
      await store.start();
    },
  };
}
