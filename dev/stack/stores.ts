/**
 * Real Redis, Kafka and Postgres, wherever this machine can have them from. The one door to the local stack:
 *
 * ```ts
 * const stores = await startStores({ run: "bench", keepData: false, environment: Deno.env.toObject() });
 * try {
 *   await stores.control?.redis.kill();
 *   await stores.control?.redis.start();
 * } finally {
 *   await stores.stop();
 * }
 * ```
 */
import { createCheckout } from "./checkout.ts";
import { startComposeStores } from "./compose_stores.ts";
import { engineAnswers } from "./container_engine.ts";
import { startEmbeddedStores } from "./embedded_stores.ts";
import { chooseOrigin } from "./origin.ts";
import { clearRun } from "./clear_run.ts";
import { claimRun } from "./run_claim.ts";
import type { Report, Stores } from "./store.ts";

export interface StartStoresOptions {
  /** Tells this stack from others of the checkout: two with one name cannot run at once. Lower case letters, digits, dashes. */
  run: string;
  /** Whether data outlives the stack, to be found again under the same name. */
  keepData: boolean;
  environment: Record<string, string>;
  /** What `--stores=` says. */
  wanted?: "compose" | "embedded" | undefined;
  /** Path of the Redis to start where the stores are native processes; the embedded one unless given. */
  redisServer?: string | undefined;
  report?: Report;
  /** Ends a start that is under way; what had started by then is stopped. */
  signal?: AbortSignal | undefined;
}

export async function startStores(options: StartStoresOptions): Promise<Stores> {
  const choice = await chooseOrigin({ ...options, engineAnswers: () => engineAnswers(options.environment) });
  if (choice.origin === "environment") return { ...choice, control: undefined, stop: async () => {} };
  const checkout = createCheckout();
  const claim = await claimRun(checkout, options.run);
  const giveBack = async () => options.keepData ? claim.release() : await claim.forget();
  try {
    await clearRun(checkout, options);
    const start = choice.origin === "compose" ? startComposeStores : startEmbeddedStores;
    const stores = await start({ report: () => {}, ...options, checkout });
    const stop = async () => {
      try {
        await stores.stop();
      } finally {
        await giveBack();
      }
    };
    return { ...stores, stop };
  } catch (error) {
    await giveBack();
    throw error;
  }
}
