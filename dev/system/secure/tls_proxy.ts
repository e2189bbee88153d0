/** Speaks TLS on one side and plain TCP to a store on the other: for a Redis that was built without TLS. */
import type { ServerCertificate } from "./certificates.ts";

export interface TlsProxy extends AsyncDisposable {
  readonly port: number;
}

export interface TlsProxyOptions {
  /** Of the store. */
  readonly port: number;
  readonly tls: ServerCertificate;
  /** Where it listens; the system chooses unless told. */
  readonly listenPort?: number;
}

/** Both ends on the loopback interface. */
export function startTlsProxy({ port, tls, listenPort = 0 }: TlsProxyOptions): TlsProxy {
  const { certificate: cert, key } = tls;
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: listenPort, cert, key });
  const lines = new Set<Promise<void>>();
  const open = new Set<Deno.Conn>();
  const accepting = (async () => {
    while (true) {
      let client: Deno.TlsConn;
      try {
        client = await listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        continue;
      }
      const line = lead(client, { port, open });
      lines.add(line);
      line.finally(() => lines.delete(line));
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const end of open) close(end);
      await Promise.all(lines);
    },
  };
}

async function lead(
  client: Deno.TlsConn,
  { port, open }: { port: number; open: Set<Deno.Conn> },
): Promise<void> {
  open.add(client);
  let store: Deno.Conn | undefined;
  try {
    // A client that does not trust us ends it here.
    await client.handshake();
    store = await Deno.connect({ hostname: "127.0.0.1", port });
    open.add(store);
    // Whichever side ends first ends the other: nobody waits at half a line.
    const ways = [client.readable.pipeTo(store.writable), store.readable.pipeTo(client.writable)];
    await Promise.race(ways.map((way) => way.catch(() => {})));
  } catch {
    // The client sees it too.
  } finally {
    for (const end of [client, store]) {
      if (end) [close(end), open.delete(end)];
    }
  }
}

function close(end: Deno.Conn): void {
  try {
    end.close();
  } catch {
    // It is closed.
  }
}
