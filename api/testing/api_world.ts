/**
 * The API of an integration test: a real HTTP server on a free port, over real Redis in a world of its own, with
 * tickets minted as a rotator mints them.
 */
import { parseKeyRing } from "../../shared/ticket/key_ring.ts";
import { createTicketSigner } from "../../shared/ticket/signer.ts";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { createMintScript } from "../../shared/redis/ticket_scripts.ts";
import { createTcpProxy, type TcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { parseApiConfig } from "../config.ts";
import { createApi } from "../server.ts";
import { type ApiClient, createApiClient } from "./api_client.ts";

/** Keys of nobody else; the second verifies only, as during a rotation. */
export const TEST_KEYS = `k1:${testKey(1)},k2:${testKey(2)}`;
export const EPOCH = 1_000;
/** Long enough that no test meets a ticket's end by being slow. */
const LIFETIME_MS = 3_600_000;

export interface ApiWorldOptions {
  /** False leaves the shard closed, as after any restart of Redis. */
  readonly open?: boolean;
  /** Settings of the API by their variables, over their fallbacks. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of the API's own connection, which runs through `proxy`. */
  readonly commandTimeoutMs?: number;
  /** How long the API waits for the body of a request. */
  readonly bodyWaitMsMax?: number;
}

export interface MintOptions {
  readonly uses?: number;
  readonly lifetimeMs?: number;
  /** When the ticket opens, from now by Redis's clock. */
  readonly opensInMs?: number;
}

export interface ApiWorld extends AsyncDisposable {
  readonly world: World;
  readonly client: ApiClient;
  /** Between the API and Redis. */
  readonly proxy: TcpProxy;
  /** The API's own connection. */
  readonly apiRedis: RedisClient;
  /** Mints one ticket for the open epoch. */
  mint(options?: MintOptions): Promise<string>;
  usesLeft(ticket: string): Promise<number>;
  outboxLength(): Promise<number>;
  /** Everything that Redis holds of this world: equal before and after a refusal. */
  snapshot(): Promise<Record<string, string>>;
}

export async function createApiWorld(options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const { open = true, settings = {}, commandTimeoutMs = 5_000, bodyWaitMsMax } = options;
  const world = await createWorld();
  const { redisUrl } = world.addresses;
  const proxy = createTcpProxy({ hostname: redisUrl.hostname, port: Number(redisUrl.port || 6379) });
  world.defer(() => proxy[Symbol.asyncDispose]());
  const proxied = new URL(redisUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const apiRedis = createRedisClient({ url: proxied, log: world.log, commandTimeoutMs });
  world.defer(() => apiRedis.close());
  await apiRedis.whenConnected(AbortSignal.timeout(10_000));

  const parsed = parseApiConfig({
    CAST_REDIS_URL: proxied.href,
    CAST_REDIS_PREFIX: world.name,
    CAST_TICKET_KEYS: TEST_KEYS,
    ...settings,
  });
  if (!parsed.ok) throw new Error(`Read the settings of the API: ${parsed.problems.join("; ")}`);
  const api = createApi({ redis: apiRedis, config: parsed.config, log: world.log, bodyWaitMsMax });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, api.fetch);
  world.defer(() => server.shutdown());
  world.defer(() => api.endStreams());
  if (open) await world.openShard(EPOCH);

  return {
    world,
    client: createApiClient(new URL(`http://127.0.0.1:${server.addr.port}/graphql`)),
    proxy,
    apiRedis,
    mint: createMint(world),
    async usesLeft(ticket) {
      const opensAt = Number(ticket.split(".")[3]);
      return Number(await world.redis.redis.hget(world.keys.ticket({ epoch: EPOCH, opensAt }), "uses_left"));
    },
    outboxLength: () => world.redis.redis.xlen(world.keys.outbox),
    snapshot: () => snapshot(world),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** Mint writes only what opens after everything before it, two tickets at once: the second is kept for the next call. */
export function createMint(world: World): ApiWorld["mint"] {
  const signer = createTicketSigner(parseKeyRing(TEST_KEYS));
  const run = createMintScript(world.redis, world.keys);
  let lastOpensAt = 0;
  return async ({ uses = 100, lifetimeMs = LIFETIME_MS, opensInMs = -1000 } = {}) => {
    const [seconds, micros] = await world.redis.redis.time();
    const nowMs = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    const opensAt = Math.max(nowMs + opensInMs, lastOpensAt + 1);
    lastOpensAt = opensAt;
    const text = await signer.sign({ shard: 0, epoch: EPOCH, opensAt });
    const slot = { text, opensAt };
    const outcome = await run({ epoch: EPOCH, current: slot, next: slot, uses, lifetimeMs });
    if (outcome.kind !== "minted" || outcome.count !== 1) {
      throw new Error(`Mint a ticket: wanted one minted, got ${JSON.stringify(outcome)}`);
    }
    return text;
  };
}

async function snapshot({ redis: { redis }, name }: World): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const key of (await redis.keys(`${name}:*`)).sort()) {
    found[key] = (await redis.dumpBuffer(key)).toString("base64");
  }
  return found;
}

function testKey(seed: number): string {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + seed * 31) % 256).toBase64();
}
