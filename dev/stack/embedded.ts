/**
 * What every embedded store is given, and what it gives back.
 */
import type { PortClaims } from "./port_claims.ts";
import type { StoreServer } from "./server.ts";

export interface EmbeddedContext {
  /** The folder of this run: data, logs and pid files. */
  runFolder: string;
  logFolder: string;
  pidFolder: string;
  /** The whole environment of the processes: a store needs little, and no developer's shell may change how it works. */
  environment: Record<string, string>;
  ports: PortClaims;
  report: (state: string) => void;
  signal?: AbortSignal | undefined;
}

/** A store that has its files but does not run yet. */
export interface PreparedStore {
  address: string;
  /** Where it will listen. */
  ports: number[];
  server: StoreServer;
}

/** Makes the files of a store for ports of its own; called again when those were lost to someone else. */
export type PrepareStore = () => Promise<PreparedStore>;
