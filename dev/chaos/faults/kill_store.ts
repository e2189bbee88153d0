/** SIGKILL of a store, which comes back over the same disk. */
import { STORE_NAMES, type StoreName } from "../../stack/store.ts";
import { anyOf, type Evidence, type Fault } from "./fault.ts";

/** What programs say of a store that went away, or of the way back. */
const NOTICED: Readonly<Record<StoreName, Evidence>> = {
  redis: anyOf("shard_kept", "shard_restored"),
  kafka: anyOf("relay_failed", "consumer_failed", "producer_connected"),
  postgres: anyOf("batch_failed", "guard_failed", "seek_failed", "guard_active"),
};

export const KILL_STORE_FAULTS: readonly Fault[] = STORE_NAMES.map(killStore);

function killStore(name: StoreName): Fault {
  return {
    name: `kill_${name}`,
    about: `SIGKILL of ${name}, which starts again over its disk`,
    async inject({ stores, killRedis, wait }, random) {
      await (name === "redis" ? killRedis() : stores[name].kill());
      await wait(random.between(0, 2000));
      await stores[name].start();
      return NOTICED[name];
    },
  };
}
