import { assertEquals, assertRejects } from "@std/assert";
import { createHttpClient } from "./http_client.ts";

/** A server whose answers the test writes byte by byte. */
function serve(answer: (socket: Deno.TcpConn, request: string) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sockets: Deno.TcpConn[] = [];
  const serving = (async () => {
    for await (const socket of listener) {
      sockets.push(socket);
      talk(socket).catch(() => undefined);
    }
  })();
  async function talk(socket: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (let count; (count = await socket.read(buffer)) !== null;) {
      await answer(socket, new TextDecoder().decode(buffer.subarray(0, count)));
    }
  }
  return {
    url: new URL(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/graphql`),
    connections: () => sockets.length,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const socket of sockets) {
        try {
          socket.close();
        } catch {
          // The test has closed it.
        }
      }
      await serving;
    },
  };
}

const write = (socket: Deno.TcpConn, text: string) => socket.write(new TextEncoder().encode(text));
const http = (body: string, head = "") =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${head}\r\n${body}`;

Deno.test("createHttpClient() keeps its connection and puts together an answer that comes in parts", async () => {
  await using server = serve(async (socket, request) => {
    const body = request.slice(request.indexOf("\r\n\r\n") + 4);
    const answer = http(`heard ${body}`);
    await write(socket, answer.slice(0, -3));
    await write(socket, answer.slice(-3));
  });
  const client = createHttpClient({ url: server.url });
  assertEquals(await client.post(() => "one"), "heard one");
  assertEquals(await client.post(() => "two"), "heard two");
  assertEquals(server.connections(), 1);
  client.close();
});

Deno.test("createHttpClient() opens no more connections than it may, and answers all", async () => {
  await using server = serve(async (socket) => void await write(socket, http("yes")));
  const client = createHttpClient({ url: server.url, connectionsMax: 3 });
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.post(() => "vote")));
  assertEquals(answers.filter((answer) => answer === "yes").length, 50);
  assertEquals(server.connections() <= 3, true);
  client.close();
});

Deno.test("createHttpClient() gives up a connection that the server closes", async () => {
  await using server = serve(async (socket) =>
    void await write(socket, http("yes", "connection: close\r\n"))
  );
  const client = createHttpClient({ url: server.url });
  await client.post(() => "one");
  await client.post(() => "two");
  assertEquals(server.connections(), 2);
  client.close();
});

Deno.test("createHttpClient() rejects when the connection ends without an answer, and recovers", async () => {
  let isDown = true;
  await using server = serve(async (socket) =>
    isDown ? socket.close() : void await write(socket, http("yes"))
  );
  const client = createHttpClient({ url: server.url, connectionsMax: 1 });
  await assertRejects(() => client.post(() => "one"));
  isDown = false;
  assertEquals(await client.post(() => "two"), "yes");
  client.close();
});

Deno.test("createHttpClient() ends a call that takes too long", async () => {
  const heard = Promise.withResolvers<void>();
  await using server = serve(() => Promise.resolve(heard.resolve()));
  let ms = 0;
  const client = createHttpClient({ url: server.url, callMsMax: 1000, nowMs: () => ms });
  const call = assertRejects(() => client.post(() => "one"));
  await heard.promise;
  ms = 1001;
  client.expire();
  await call;
  client.close();
});
