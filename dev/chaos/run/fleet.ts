/** Two of each program, each kept alive, and each reaching every store by a proxy of its own. */
import { addressVariables, type StoreAddresses } from "../../stack/store.ts";
import { waitUntil } from "../../stack/wait_until.ts";
import { PROGRAM_NAMES, type ProgramName } from "./program_child.ts";
import { type ProgramCopy, startProgramCopy } from "./program_copy.ts";
import type { Sightings } from "./sightings.ts";

export const COPIES = 2;
/** What each copy is called, at the stores' proxies too. */
export const COPY_IDS: readonly string[] = PROGRAM_NAMES.flatMap((name) =>
  Array.from({ length: COPIES }, (_, index) => `${name}_${index + 1}`)
);

export interface FleetOptions {
  readonly root: string;
  readonly logFolder: string;
  readonly pidFolder: string;
  readonly sightings: Sightings;
  /** What all programs have in common. */
  readonly environment: Readonly<Record<string, string>>;
  readonly addressesFor: (id: string) => StoreAddresses;
  readonly signal: AbortSignal;
}

export interface Fleet {
  readonly copies: readonly ProgramCopy[];
  named(name: ProgramName): readonly ProgramCopy[];
  /** Where GraphQL is served at this moment; an API that is starting has no address. */
  apiUrls(): string[];
  whenReady(): Promise<void>;
  stop(): Promise<void>;
}

const READY_MS_MAX = 90_000;

export function startFleet(options: FleetOptions): Fleet {
  const { root, logFolder, pidFolder, sightings, environment, addressesFor, signal } = options;
  const copies = PROGRAM_NAMES.flatMap((name) =>
    Array.from({ length: COPIES }, (_, index) =>
      startProgramCopy({
        name,
        copy: index + 1,
        root,
        logFolder,
        pidFolder,
        sightings,
        environment: { ...environment, ...addressVariables(addressesFor(`${name}_${index + 1}`)) },
      }))
  );
  const named = (name: ProgramName) => copies.filter((copy) => copy.name === name);
  return {
    copies,
    named,
    apiUrls: () =>
      named("api").flatMap((copy) => {
        const { api } = copy.ports();
        return api === undefined ? [] : [`http://127.0.0.1:${api}/graphql`];
      }),
    whenReady: () =>
      waitUntil(async () => (await Promise.all(copies.map((copy) => copy.isReady()))).every(Boolean), {
        what: "every program is ready",
        deadlineMs: READY_MS_MAX,
        signal,
      }),
    stop: async () => void await Promise.allSettled(copies.map((copy) => copy.stop())),
  };
}

/** What every program is started with, addresses of the stores apart; nothing of CAST's comes from the runner's own. */
export function programSettings(
  { environment, settings }: {
    environment: Readonly<Record<string, string>>;
    settings: Readonly<Record<string, string>>;
  },
): Record<string, string> {
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("CAST_")));
  return {
    ...own,
    CAST_API_PORT: "0",
    CAST_OPS_PORT: "0",
    CAST_LOG_LEVEL: "info",
    CAST_TICKET_KEYS: `chaos:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
    ...settings,
  };
}
