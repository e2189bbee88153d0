/**
 * Which of several relays is at work. The lease saves work and guards nothing: two relays at once produce duplicates,
 * which the ledger drops. So where Redis cannot grant it (memory full), the relay goes on without.
 */
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import lua from "../../shared/redis/lua/hold_lease.lua" with { type: "text" };
import { registerScript, type Script } from "../../shared/redis/script.ts";
import type { Logger } from "../../shared/log/logger.ts";

export const HOLD_LEASE_SCRIPT: Script = { name: "holdLease", lua, keyCount: 1, words: ["held", "taken"] };

export interface Lease {
  /** Takes or renews the lease; false while another relay holds it. */
  hold(): Promise<boolean>;
  /** Lets another relay take over at once. */
  release(): Promise<void>;
}

/** How long a relay that was killed keeps the others waiting at most. */
const LEASE_MS = 2000;
const RENEW_AFTER_MS = 500;

export function createLease(
  client: RedisClient,
  { keys, holder, log }: { keys: ShardKeys; holder: string; log: Logger },
): Lease {
  const run = registerScript(client, HOLD_LEASE_SCRIPT);
  const ask = (durationMs: number) => run({ keys: [keys.relayLease], args: [holder, durationMs] });
  let renewedAt = -Infinity;

  return {
    async hold() {
      if (performance.now() - renewedAt < RENEW_AFTER_MS) return true;
      try {
        const [word] = await ask(LEASE_MS);
        if (word === "held") renewedAt = performance.now();
        return word === "held";
      } catch (error) {
        log.debug("lease_unavailable", { error });
        return true;
      }
    },
    async release() {
      if (renewedAt === -Infinity) return;
      try {
        // One millisecond is as good as gone, and the same script leaves another relay's lease alone.
        await ask(1);
      } catch (error) {
        // It runs out by itself: no reason for a stop to count as failed.
        log.debug("lease_unreleased", { error });
      }
    },
  };
}
