/**
 * The Kafka of the fault runner: each client comes in by a door of its own, which sends it back to the proxy that it came
 * from, as Kafka's clients connect to what the broker calls itself.
 */
import { join } from "node:path";
import { type PreparedKafka, prepareKafka } from "../../stack/embedded_kafka.ts";
import { launch } from "../../stack/embedded_stores.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import type { TcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import type { ChaosRun } from "./chaos_run.ts";
import { type ChaosStore, createChaosStore } from "./chaos_store.ts";
import { orStoreDown } from "./store_down.ts";

export interface ChaosKafka extends ChaosStore {
  /** Kills the broker, removes everything that it held and starts a new cluster at the same ports. */
  wipe(): Promise<void>;
  /** Another one after `wipe`. */
  clusterId(): string;
  /** Of the broker itself, past every proxy. */
  address(): string;
  /** Ends its process. */
  end(): Promise<void>;
}

export async function createChaosKafka(run: ChaosRun, proxies: readonly TcpProxy[]): Promise<ChaosKafka> {
  const context = run.contexts.kafka;
  const { classPath } = await run.fetchJars();
  const java = await run.findJava();
  const ways = () => {
    const [port, controllerPort] = [context.ports.claim(0), context.ports.claim(0)];
    const doors = proxies.map((proxy) => ({ port: context.ports.claim(0), advertisedPort: proxy.port }));
    return { ports: { port, controllerPort }, doors };
  };
  const { chosen, ...prepared } = await launch("kafka", {
    prepare: async () => {
      const chosen = ways();
      return { ...await prepareKafka(context, { classPath, java, ...chosen }), chosen };
    },
    report: run.report,
    signal: run.signal,
  });
  proxies.forEach((proxy, index) => proxy.retarget(chosen.doors[index]?.port ?? 0));
  let present: PreparedKafka = prepared;
  const store = createChaosStore(() => present.server);
  return {
    ...store,
    async wipe() {
      await store.kill();
      await removeIfThere(join(context.runFolder, "kafka", "logs"));
      await orStoreDown("Start another Kafka", async () => {
        present = await prepareKafka(context, { classPath, java, ...chosen });
        await store.start();
      });
    },
    clusterId: () => present.clusterId,
    address: () => present.address,
    end: () => store.kill(),
  };
}
