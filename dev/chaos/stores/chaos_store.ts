/**
 * What the runner can do to the process of every store. One act at a time: the caller waits for one before the next.
 */
import type { StoreServer } from "../../stack/server.ts";
import type { StoreControl } from "../../stack/store.ts";
import { orStoreDown } from "./store_down.ts";

export interface ChaosStore extends StoreControl {
  /** SIGSTOP: it neither answers nor drops its connections. Kill, stop and start work on a paused one too. */
  pause(): Promise<void>;
  /** SIGCONT; does nothing when it was not paused. */
  resume(): Promise<void>;
  /** Of the present process, paused or not; undefined while none runs. */
  pid(): number | undefined;
}

/** Over the present server, which changes when another process takes its place. */
export function createChaosStore(present: () => StoreServer): ChaosStore {
  const resume = () => {
    present().signal("SIGCONT");
    return Promise.resolve();
  };
  return {
    async kill() {
      if (present().pid() !== undefined) await present().kill();
    },
    async stop() {
      // A paused process takes no signal but SIGKILL and this one.
      await resume();
      await present().stop();
    },
    async start() {
      await resume();
      await orStoreDown("Start a store again", () => present().start());
    },
    pause() {
      present().signal("SIGSTOP");
      return Promise.resolve();
    },
    resume,
    pid: () => present().pid(),
  };
}
