/**
 * A load balancer as Kubernetes has one in front of a Service: it looks at each process's /readyz and leads every new
 * connection to the next that is ready. Connections that stand stay where they are. It knows nothing of HTTP and tries
 * nothing a second time, so that a process that stops too early is seen by the clients.
 */

import { pause } from "../../shared/lifecycle/pause.ts";

export interface Backend {
  readonly port: number;
  /** Where its /readyz is. */
  readonly opsPort: number;
}

export interface BalancerCounters {
  /** Connections that were led on. */
  readonly connections: number;
  /** Connections turned away because nobody was ready. */
  readonly unled: number;
  /** Connections turned away because who was ready did not take them. */
  readonly untaken: number;
}

export interface Balancer extends AsyncDisposable {
  readonly port: number;
  /** It gets connections from its first good answer on. */
  add(backend: Backend): void;
  remove(backend: Backend): void;
  isReady(backend: Backend): boolean;
  counters(): BalancerCounters;
}

const LOOK_MS = 50;
/** One that does not answer is busy, as everything is on a busy machine; one that is gone refuses at once. */
const LOOK_MS_MAX = 30_000;

interface Watched {
  isReady: boolean;
  readonly stop: () => Promise<void>;
}

interface Road {
  readonly backends: Map<Backend, Watched>;
  readonly standing: Set<Deno.Conn>;
  readonly counters: { connections: number; unled: number; untaken: number };
  turn: number;
}

export function createBalancer(): Balancer {
  const road: Road = {
    backends: new Map(),
    standing: new Set(),
    counters: { connections: 0, unled: 0, untaken: 0 },
    turn: 0,
  };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const leading = new Set<Promise<void>>();
  const accepting = accept();

  async function accept(): Promise<void> {
    for await (const client of listener) {
      const ended: Promise<void> = leadOn(client, road).finally(() => leading.delete(ended));
      leading.add(ended);
    }
  }

  return {
    port: listener.addr.port,
    add: (backend) => void road.backends.set(backend, watch(backend)),
    remove(backend) {
      void road.backends.get(backend)?.stop();
      road.backends.delete(backend);
    },
    isReady: (backend) => road.backends.get(backend)?.isReady ?? false,
    counters: () => ({ ...road.counters }),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all([...road.backends.values()].map(({ stop }) => stop()));
      for (const side of [...road.standing]) hangUp(side, road);
      await Promise.all(leading);
    },
  };
}

function watch(backend: Backend): Watched {
  const stopped = new AbortController();
  const watched = {
    isReady: false,
    async stop() {
      stopped.abort();
      await looking;
    },
  };
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      watched.isReady = await looksReady(backend, stopped.signal);
      await pause(LOOK_MS, stopped.signal);
    }
  })();
  return watched;
}

async function looksReady({ opsPort }: Backend, stopped: AbortSignal): Promise<boolean> {
  const abort = new AbortController();
  const end = () => abort.abort();
  const timer = setTimeout(end, LOOK_MS_MAX);
  stopped.addEventListener("abort", end);
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`, { signal: abort.signal });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", end);
  }
}

async function leadOn(client: Deno.TcpConn, road: Road): Promise<void> {
  road.standing.add(client);
  const server = await connectNext(road);
  if (!server) return hangUp(client, road);
  road.counters.connections += 1;
  road.standing.add(server);
  for (const side of [client, server]) side.setNoDelay();
  const hangUpBoth = () => [client, server].forEach((side) => hangUp(side, road));
  await Promise.all([
    copy(client, server).finally(hangUpBoth),
    copy(server, client).finally(hangUpBoth),
  ]);
}

/** The next in turn that is ready, and no other in its place. */
async function connectNext(road: Road): Promise<Deno.TcpConn | undefined> {
  const ready = [...road.backends].filter(([, { isReady }]) => isReady).map(([backend]) => backend);
  const next = ready[road.turn++ % ready.length];
  if (!next) {
    road.counters.unled += 1;
    return undefined;
  }
  try {
    return await Deno.connect({ hostname: "127.0.0.1", port: next.port });
  } catch {
    road.counters.untaken += 1;
    return undefined;
  }
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  try {
    for (let length = await from.read(buffer); length !== null; length = await from.read(buffer)) {
      for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
    }
  } catch {
    // One of the two has gone.
  }
}

function hangUp(side: Deno.Conn, { standing }: Road): void {
  if (standing.delete(side)) side.close();
}
