import { assertEquals } from "@std/assert";
import { capRequests } from "./hardening/request_cap.ts";
import { stopServer } from "./stop_server.ts";

const NOT_FOUND = new TextEncoder().encode(
  "POST /nothing HTTP/1.1\r\nhost: cast.test\r\ncontent-length: 10\r\n\r\nabc",
);

function serve(answer: (request: Request) => Promise<Response>) {
  const { fetch, underWay } = capRequests(answer, { requestsMax: 10, refused: () => Response.error() });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, fetch);
  return { server, underWay, port: server.addr.port };
}

Deno.test("stopServer() does not wait for a client that keeps back the body of a refused request", async () => {
  const { server, underWay, port } = serve(() => Promise.resolve(new Response(null, { status: 404 })));
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(NOT_FOUND);
  await connection.read(new Uint8Array(1000));
  await stopServer(server, underWay);
  // Until now the client could have held it.
  connection.close();
  await server.finished;
});

Deno.test("stopServer() waits for every request under way, however long it takes", async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { server, underWay, port } = serve(async () => {
    await held;
    return new Response("counted");
  });
  const asking = fetch(`http://127.0.0.1:${port}/`);
  while (underWay() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  let hasStopped = false;
  let looks = 0;
  const stopping = stopServer(server, () => {
    // Longer than the quiet time, counted in looks and not by the clock.
    if (++looks === LOOKS) {
      assertEquals(hasStopped, false);
      release();
    }
    return underWay();
  }).then(() => void (hasStopped = true));
  const response = await asking;
  assertEquals([await response.text(), looks >= LOOKS], ["counted", true]);
  await stopping;
  await server.finished;
});

const LOOKS = 15;
