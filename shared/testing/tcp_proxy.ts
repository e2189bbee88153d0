/**
 * A TCP proxy between a program and a store, to make the network fail at a chosen moment: refuse, cut, swallow.
 */

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
  /**
   * From now on the store's answers are read and thrown away, while requests still pass. `cut` before `restore`: a
   * connection that missed an answer would take each later one for the one before.
   */
  swallowAnswers(): void;
  /** Connections made so far. */
  readonly connectionCount: number;
}

export function createTcpProxy({ hostname, port }: { hostname: string; port: number }): TcpProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let refusing = false;
  let swallowing = false;
  let connectionCount = 0;

  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const pump = async ({ from, to, isAnswer }: { from: Deno.Conn; to: Deno.Conn; isAnswer: boolean }) => {
    await copy({ from, to, dropped: () => isAnswer && swallowing });
    close(from);
    close(to);
  };

  async function accept(): Promise<void> {
    for await (const client of listener) {
      if (refusing) {
        client.close();
        continue;
      }
      connectionCount += 1;
      open.add(client);
      try {
        const server = await Deno.connect({ hostname, port });
        open.add(server);
        pumps.add(pump({ from: client, to: server, isAnswer: false }));
        pumps.add(pump({ from: server, to: client, isAnswer: true }));
      } catch {
        close(client);
      }
    }
  }

  const pumps = new Set<Promise<void>>();
  const accepting = accept();
  const cutAll = () => [...open].forEach(close);
  return {
    port: listener.addr.port,
    cut() {
      refusing = true;
      cutAll();
    },
    restore() {
      refusing = false;
      swallowing = false;
    },
    swallowAnswers: () => void (swallowing = true),
    get connectionCount() {
      return connectionCount;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      cutAll();
      await accepting;
      await Promise.all(pumps);
    },
  };
}

/** Copies until either side goes away. */
async function copy(
  { from, to, dropped }: { from: Deno.Conn; to: Deno.Conn; dropped: () => boolean },
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    while (true) {
      const length = await from.read(buffer);
      if (length === null) return;
      if (dropped()) continue;
      let sent = 0;
      while (sent < length) sent += await to.write(buffer.subarray(sent, length));
    }
  } catch {
    // Cut from either side.
  }
}
