/**
 * The stores of a run of benches. The embedded Redis takes its memory from plain libc; where the machine has a Redis of
 * its own, which is what people deploy, that one is measured instead.
 */
import { createCheckout } from "../../stack/checkout.ts";
import { sweepRuns } from "../../stack/clear_run.ts";
import { findTool } from "../../stack/find_tool.ts";
import { startStores } from "../../stack/stores.ts";
import type { StoreAddresses } from "../../../shared/testing/stores.ts";

const RUN_PREFIX = "bench-";

export interface BenchStores {
  readonly addresses: StoreAddresses;
  /** Where they come from, in words. */
  readonly about: string;
  stop(): Promise<void>;
}

export interface BenchStoresOptions {
  readonly wanted: "compose" | "embedded" | undefined;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export async function startBenchStores({ wanted, say, signal }: BenchStoresOptions): Promise<BenchStores> {
  const environment = Deno.env.toObject();
  await sweepRuns(createCheckout(), { prefix: RUN_PREFIX, environment });
  const redisServer = findTool("redis-server", environment["PATH"] ?? "");
  const { origin, addresses, stop } = await startStores({
    run: `${RUN_PREFIX}${crypto.getRandomValues(new Uint8Array(4)).toHex()}`,
    keepData: false,
    environment,
    wanted,
    redisServer,
    report: (store, state) => say(`${store}: ${state}`),
    signal,
  });
  return {
    addresses: {
      redisUrl: new URL(addresses.redisUrl),
      kafkaBrokers: addresses.kafkaBrokers.split(","),
      postgresUrl: new URL(addresses.postgresUrl),
    },
    about: origin === "embedded" ? `embedded, Redis is ${redisServer ?? "the embedded one"}` : origin,
    stop,
  };
}
