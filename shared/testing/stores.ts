/** The real stores that integration tests use, named by the environment that `deno task test` or CI gives. */

export interface StoreAddresses {
  readonly redisUrl: URL;
  readonly kafkaBrokers: readonly string[];
  readonly postgresUrl: URL;
}

/** Throws where an address is missing: an integration test never passes by not running. */
export function storeAddresses(): StoreAddresses {
  return {
    redisUrl: new URL(required("CAST_REDIS_URL")),
    kafkaBrokers: required("CAST_KAFKA_BROKERS").split(","),
    postgresUrl: new URL(required("CAST_POSTGRES_URL")),
  };
}

/** Stops and starts the stores themselves; absent where the stores are not this test run's own. */
export interface StoresControl {
  kill(store: StoreName): Promise<void>;
  stop(store: StoreName): Promise<void>;
  start(store: StoreName): Promise<void>;
}
export type StoreName = "redis" | "kafka" | "postgres";

export function storesControl(): StoresControl | undefined {
  const address = Deno.env.get("CAST_TEST_STORES_CONTROL");
  if (!address) return undefined;
  const act = (what: string) => async (store: StoreName) => {
    const response = await fetch(new URL(`/${store}/${what}`, address), { method: "POST" });
    const body = await response.text();
    if (response.status !== 204) {
      throw new Error(`Ask to ${what} ${store}: got status ${response.status} ${body}`);
    }
  };
  return { kill: act("kill"), stop: act("stop"), start: act("start") };
}

function required(name: string): string {
  const value = Deno.env.get(name);
  if (!value) {
    throw new Error(`Set ${name}: integration tests need the real stores; run them with deno task test`);
  }
  return value;
}
