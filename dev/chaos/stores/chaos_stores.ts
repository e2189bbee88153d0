/**
 * Redis, Kafka and Postgres as the fault runner needs them: native processes of its own that programs reach through
 * proxies only, so that their network can fail and another process can take a store's place.
 *
 * ```ts
 * const stores = await createChaosStores({ checkout, run: `${CHAOS_RUN_PREFIX}1`, environment, clients: ["api_1"] });
 * const addresses = stores.addressesFor("api_1");
 * stores.proxyFor("redis", "api_1").cut();
 * await stores.stop();
 * ```
 */
import { LOOPBACK } from "../../stack/ports.ts";
import { STORE_NAMES, type StoreAddresses, type StoreName } from "../../stack/store.ts";
import { createTcpProxy, type TcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import { type ChaosKafka, createChaosKafka } from "./chaos_kafka.ts";
import { type ChaosPostgres, createChaosPostgres } from "./chaos_postgres.ts";
import { type ChaosProxy, createProxyGroup } from "./chaos_proxy.ts";
import { type ChaosRedis, createChaosRedis } from "./chaos_redis.ts";
import { type ChaosRun, type ChaosRunOptions, createChaosRun } from "./chaos_run.ts";

/** Until the store has a port. */
const NOWHERE = { hostname: LOOPBACK, port: 1 };

export interface ChaosStoresOptions extends ChaosRunOptions {
  /** Each gets proxies of its own: one name per process, or per class of processes. */
  clients: readonly string[];
}

export interface ChaosStores {
  /** The proxies of one of `clients`. */
  addressesFor(client: string): StoreAddresses;
  /** The stores themselves, for the checker. Redis's changes with `serveBeside`: read it again after each fault. */
  readonly direct: StoreAddresses;
  readonly redis: ChaosRedis;
  readonly kafka: ChaosKafka;
  readonly postgres: ChaosPostgres;
  /** All clients' proxies of a store as one. */
  readonly proxies: Record<StoreName, ChaosProxy>;
  /** One client's proxy; programs that do not use a store have one all the same. */
  proxyFor(store: StoreName, client: string): TcpProxy;
  /** Of this run: for the programs' own pid files and logs, which the next run sweeps with the stores'. */
  readonly folders: { readonly logs: string; readonly pids: string };
  /** Ends every process and removes the run's folder. */
  stop(): Promise<void>;
}

export async function createChaosStores(options: ChaosStoresOptions): Promise<ChaosStores> {
  const run = await createChaosRun(options);
  const { clients } = options;
  const perClient = () => new Map(clients.map((client) => [client, createTcpProxy(NOWHERE)]));
  const doors = { redis: perClient(), kafka: perClient(), postgres: perClient() };
  const group = (store: StoreName) => createProxyGroup([...doors[store].values()]);
  const proxies = { redis: group("redis"), kafka: group("kafka"), postgres: group("postgres") };
  const [redis, kafka, postgres] = await Promise.allSettled([
    createChaosRedis(run, proxies.redis),
    createChaosKafka(run, [...doors.kafka.values()]),
    createChaosPostgres(run, proxies.postgres),
  ]);
  const started = [redis, kafka, postgres].flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
  const all = STORE_NAMES.flatMap((store) => [...doors[store].values()]);
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= stopAll(run, { started, proxies: all });
  if (redis.status !== "fulfilled" || kafka.status !== "fulfilled" || postgres.status !== "fulfilled") {
    await stop();
    // What a Ctrl-C did to a client that was fetching is no news.
    options.signal?.throwIfAborted();
    throw [redis, kafka, postgres].find((each) => each.status === "rejected")?.reason;
  }
  const stores = { redis: redis.value, kafka: kafka.value, postgres: postgres.value };
  const proxyFor = (store: StoreName, client: string) => {
    const proxy = doors[store].get(client);
    if (!proxy) throw new RangeError(`Find the proxy of "${client}": it is none of ${clients.join(", ")}`);
    return proxy;
  };
  const addressesFor = (client: string): StoreAddresses => ({
    redisUrl: atPort(stores.redis.address(), proxyFor("redis", client).port),
    kafkaBrokers: `${LOOPBACK}:${proxyFor("kafka", client).port}`,
    postgresUrl: atPort(stores.postgres.address(), proxyFor("postgres", client).port),
  });
  const { logFolder, pidFolder } = run.contexts.redis;
  return {
    ...stores,
    addressesFor,
    get direct() {
      return {
        redisUrl: stores.redis.address(),
        kafkaBrokers: stores.kafka.address(),
        postgresUrl: stores.postgres.address(),
      };
    },
    proxies,
    proxyFor,
    folders: { logs: logFolder, pids: pidFolder },
    stop,
  };
}

/** Every step runs, whatever the one before came to. */
async function stopAll(
  run: ChaosRun,
  { started, proxies }: { started: { end(): Promise<void> }[]; proxies: TcpProxy[] },
): Promise<void> {
  const ended = await Promise.allSettled([
    ...started.map((store) => store.end()),
    ...proxies.map((proxy) => proxy[Symbol.asyncDispose]()),
  ]);
  await run.end();
  const failed = ended.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}

function atPort(address: string, port: number): string {
  const url = new URL(address);
  url.port = `${port}`;
  return url.href;
}
