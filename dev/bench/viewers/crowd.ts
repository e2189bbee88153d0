/**
 * Those who watch, in a thread of their own: plain sockets, of which nothing is looked at but how often something comes.
 * What it costs to watch must not show in the votes' answers more than it must where both share a machine.
 */
import type { CrowdOrder, CrowdReport } from "./crowd_order.ts";

const READ_BYTES = 16_384;
/** The response's head with its beginning, and a frame. */
const READS_OF_SETTLED = 2;
/** How many come at a time. */
const ARRIVING_MAX = 500;
/** Nobody looks into it, so that one does for all. */
const buffer = new Uint8Array(READ_BYTES);
let connections: Deno.TcpConn[] = [];
let frames = 0;
let ended = 0;

async function watch(connection: Deno.TcpConn, onSettled: () => void): Promise<void> {
  let reads = 0;
  try {
    for (
      let length = await connection.read(buffer);
      length !== null;
      length = await connection.read(buffer)
    ) {
      // Frames are far apart, and each comes in one piece over loopback.
      frames += 1;
      reads += 1;
      if (reads === READS_OF_SETTLED) onSettled();
    }
  } catch {
    // Closed by us, or cut off: both end the stream.
  }
  ended += 1;
}

async function arrive(port: number, document: string): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connections.push(connection);
  const target = `/graphql?query=${encodeURIComponent(document)}`;
  await connection.write(
    new TextEncoder().encode(
      `GET ${target} HTTP/1.1\r\nhost: cast.test\r\naccept: text/event-stream\r\n\r\n`,
    ),
  );
  const { promise: settled, resolve, reject } = Promise.withResolvers<void>();
  // Resolves when the stream ends: later, unless it was refused.
  watch(connection, resolve).then(() => reject(new Error("Watch: the stream ended before it had begun")));
  await settled;
}

async function gather({ port, viewers, document }: Extract<CrowdOrder, { kind: "gather" }>): Promise<void> {
  let left = viewers;
  const arriveSome = async () => {
    while (left-- > 0) await arrive(port, document);
  };
  await Promise.all(Array.from({ length: ARRIVING_MAX }, arriveSome));
  frames = ended = 0;
}

async function obey(order: CrowdOrder): Promise<CrowdReport> {
  switch (order.kind) {
    case "gather":
      await gather(order);
      return { kind: "gathered" };
    case "count":
      return { kind: "counted", frames, ended };
    case "leave":
      for (const connection of connections) connection.close();
      connections = [];
      return { kind: "left" };
    default:
      return order satisfies never;
  }
}

self.addEventListener("message", async ({ data }: MessageEvent<CrowdOrder>) => {
  self.postMessage(await obey(data));
});
