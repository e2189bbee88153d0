/**
 * The three stores as the launchers see them, wherever they come from.
 */

export const STORE_NAMES = ["redis", "kafka", "postgres"] as const;

export type StoreName = typeof STORE_NAMES[number];

/** Where the stores come from: addresses that were given, containers, or native processes of our own. */
export type Origin = "environment" | "compose" | "embedded";

/** The values of CAST_REDIS_URL, CAST_KAFKA_BROKERS and CAST_POSTGRES_URL. */
export interface StoreAddresses {
  redisUrl: string;
  kafkaBrokers: string;
  postgresUrl: string;
}

/** How a store ended that nobody had asked to. */
export interface Loss {
  /** "exit code 1" or "signal SIGKILL". */
  how: string;
  logPath: string;
  /** The last lines of its log. */
  logTail: string[];
}

/** One store that we may stop, kill and start again, on the same port and with its data. */
export interface StoreControl {
  /** SIGKILL, as a crash would; settles when the process is gone. */
  kill(): Promise<void>;
  /** An orderly stop; settles when the process is gone. */
  stop(): Promise<void>;
  /** Settles when the store answers again; does nothing when it runs. */
  start(): Promise<void>;
  /** Settles when it ends without being asked to; absent where a container engine starts it again by itself. */
  lost?(): Promise<Loss>;
}

export interface Stores {
  origin: Origin;
  addresses: StoreAddresses;
  /** Absent when the addresses came from the environment: what we did not start is not ours to kill. */
  control: Record<StoreName, StoreControl> | undefined;
  /** Stops all three and, unless data was to be kept, removes it. */
  stop(): Promise<void>;
}

/** Told of every step, so that a launcher can show one line per store. */
export type Report = (store: StoreName, state: string) => void;

/** The addresses as the programs and the tests read them. */
export function addressVariables(addresses: StoreAddresses): Record<string, string> {
  return {
    CAST_REDIS_URL: addresses.redisUrl,
    CAST_KAFKA_BROKERS: addresses.kafkaBrokers,
    CAST_POSTGRES_URL: addresses.postgresUrl,
  };
}
