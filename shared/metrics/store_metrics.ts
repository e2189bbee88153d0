/** Which stores a program reaches, as it knows it itself: it asks none of them for it. */
import { Gauge, type Registry } from "prom-client";

export type StoreName = "redis" | "kafka" | "postgres";

/** Of the stores that the program uses; each is asked when Prometheus asks, and must answer at once. */
export type StoreStates = Readonly<Partial<Record<StoreName, () => boolean>>>;

export function exportStoreStates(
  registry: Registry,
  { program, stores }: { program: string; stores: StoreStates },
): void {
  new Gauge({
    name: "cast_store_connected",
    help: "Whether the program reaches the store: 1 or 0",
    labelNames: ["program", "store"],
    registers: [registry],
    collect() {
      for (const [store, isConnected] of Object.entries(stores)) {
        this.set({ program, store }, isConnected() ? 1 : 0);
      }
    },
  });
}
