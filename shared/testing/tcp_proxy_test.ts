import { assertEquals } from "@std/assert";
import { createTcpProxy } from "./tcp_proxy.ts";
import { waitFor } from "./wait_for.ts";

/** Longer than any test takes: what arrives all the same was not delayed. */
const FOR_EVER_MS = 600_000;

Deno.test("delay() keeps bytes back in their order, and lets them go when it ends", async () => {
  await using echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  using client = await connect(proxy);
  assertEquals(await client.ask("1"), "a1");
  proxy.delay(FOR_EVER_MS, "answers");
  await client.send("2");
  await waitFor(() => echo.heard === "12", { what: "the request, which is not delayed" });
  await client.send("3");
  await waitFor(() => echo.heard === "123", { what: "the next request" });
  const answer = client.receive(4);
  assertEquals(proxy.counters().answerBytes, 2);
  proxy.delay(1, "answers");
  await client.send("4");
  assertEquals(await answer, "a2a3");
  proxy.delay(0);
  assertEquals(await client.ask("5", 4), "a4a5");
});

Deno.test("bytes that come while late ones are let go do not overtake them", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using proxy = createTcpProxy({ hostname: "127.0.0.1", port: listener.addr.port });
  using client = await connect(proxy);
  using server = await listener.accept();
  proxy.delay(FOR_EVER_MS, "requests");
  // More than the proxy keeps, so that it reads on while it lets go what it has kept.
  const numbers = Array.from({ length: 2_000_000 }, (_, index) => `${index}`.padStart(7, "0")).join("\n");
  const sending = client.send(numbers);
  proxy.delay(1, "requests");
  const ending = waitFor(() => proxy.counters().requestBytes > 0, { what: "the first late bytes" })
    .then(() => proxy.delay(0));
  const heard: string[] = [];
  const chunk = new Uint8Array(65_536);
  for (let bytes = 0; bytes < numbers.length;) {
    const length = await server.read(chunk) ?? Infinity;
    heard.push(new TextDecoder().decode(chunk.subarray(0, length)));
    bytes += length;
  }
  await Promise.all([sending, ending]);
  assertEquals(heard.join("") === numbers, true);
});

Deno.test("delay() takes at least that long", async () => {
  await using echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  using client = await connect(proxy);
  proxy.delay(30);
  const beganAtMs = performance.now();
  assertEquals(await client.ask("1"), "a1");
  assertEquals(performance.now() - beganAtMs >= 60, true);
  assertEquals(proxy.counters().delayedBytes, 3);
  proxy.delay(0);
  assertEquals(await client.ask("2"), "a2");
  assertEquals(proxy.counters().delayedBytes, 3);
});

Deno.test("hold() lets nothing pass and cuts nothing; restore() delivers what was held", async () => {
  await using echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  using client = await connect(proxy);
  proxy.hold();
  const answer = client.ask("1");
  using other = await connect(proxy);
  const otherAnswer = other.ask("2");
  await waitFor(() => proxy.counters().connections === 2, { what: "both connections" });
  // Bytes sent before would have come long before these, past the proxy.
  using direct = await connect(echo);
  for (let turn = 0; turn < 50; turn++) await direct.ask("0");
  assertEquals([echo.heard, proxy.counters().requestBytes], ["0".repeat(50), 0]);
  proxy.restore();
  assertEquals([await answer, await otherAnswer].toSorted(), ["a1", "a2"]);
  const { cut, delayedBytes } = proxy.counters();
  assertEquals([cut, delayedBytes], [0, 0]);
});

Deno.test("endSwallowing() cuts a connection that missed an answer, and no other", async () => {
  await using echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  using missing = await connect(proxy);
  using quiet = await connect(proxy);
  assertEquals(await quiet.ask("1"), "a1");
  proxy.swallowAnswers();
  await missing.send("2");
  await waitFor(() => proxy.counters().answersSwallowedBytes === 2, { what: "the answer to be swallowed" });
  proxy.endSwallowing();
  assertEquals(proxy.counters().cut, 1);
  assertEquals(await missing.receive(1), undefined);
  assertEquals(await quiet.ask("3"), "a3");
  assertEquals(echo.heard, "123");
});

Deno.test("retarget() leads new connections elsewhere and leaves the open ones", async () => {
  await using first = startEcho("a");
  await using second = startEcho("b");
  await using proxy = createTcpProxy(first);
  using old = await connect(proxy);
  assertEquals(await old.ask("1"), "a1");
  proxy.retarget(second.port);
  using fresh = await connect(proxy);
  assertEquals(await fresh.ask("2"), "b2");
  assertEquals(await old.ask("3"), "a3");
});

Deno.test("cut() ends connections, held ones too, and refuses new ones until restore()", async () => {
  await using echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  using client = await connect(proxy);
  assertEquals(await client.ask("1"), "a1");
  proxy.hold();
  await client.send("2");
  proxy.cut();
  assertEquals(await client.receive(1), undefined);
  using refused = await connect(proxy);
  assertEquals(await refused.receive(1), undefined);
  proxy.restore();
  using again = await connect(proxy);
  assertEquals(await again.ask("3"), "a3");
  const { connections, refused: refusedCount, cut } = proxy.counters();
  assertEquals([connections, refusedCount, cut, echo.heard], [2, 1, 1, "13"]);
});

Deno.test("a connection to nobody ends", async () => {
  const echo = startEcho("a");
  await using proxy = createTcpProxy(echo);
  await echo[Symbol.asyncDispose]();
  using client = await connect(proxy);
  assertEquals(await client.receive(1), undefined);
});

interface Client extends Disposable {
  send(text: string): Promise<void>;
  /** Undefined when the connection ended before. */
  receive(bytes: number): Promise<string | undefined>;
  ask(text: string, bytes?: number): Promise<string | undefined>;
}

async function connect({ port }: { port: number }): Promise<Client> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const send = async (text: string) => {
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
  };
  const receive = async (bytes: number) => {
    let text = "";
    while (text.length < bytes) {
      const chunk = new Uint8Array(bytes - text.length);
      const length = await connection.read(chunk).catch(() => null);
      if (length === null) return undefined;
      text += new TextDecoder().decode(chunk.subarray(0, length));
    }
    return text;
  };
  return {
    send,
    receive,
    async ask(text, bytes = 2) {
      await send(text);
      return await receive(bytes);
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

interface Echo extends AsyncDisposable {
  readonly hostname: string;
  readonly port: number;
  /** In the order of arrival, over all connections. */
  readonly heard: string;
}

/** Answers each byte with its own letter and that byte. */
function startEcho(letter: string): Echo {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const serving: Promise<void>[] = [];
  let heard = "";
  const serve = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(1);
    while (await connection.read(buffer).catch(() => null) !== null) {
      const byte = new TextDecoder().decode(buffer);
      heard += byte;
      await connection.write(new TextEncoder().encode(`${letter}${byte}`)).catch(() => {});
    }
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      serving.push(serve(connection));
    }
  })();
  let ended = false;
  return {
    hostname: "127.0.0.1",
    port: listener.addr.port,
    get heard() {
      return heard;
    },
    async [Symbol.asyncDispose]() {
      if (ended) return;
      ended = true;
      listener.close();
      for (const connection of connections) connection.close();
      await accepting;
      await Promise.all(serving);
    },
  };
}
