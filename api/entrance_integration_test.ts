/** What every request passes before GraphQL, on a listener of Deno and nothing behind it. */
import { assert, assertEquals } from "@std/assert";
import { createEntrance, type EntranceOptions } from "./entrance.ts";
import type { Asked } from "./graphql/asked.ts";
import { waitFor } from "../shared/testing/wait_for.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const BODY = '{"query":"{ cas { ticket } }"}';

interface Scene extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What came as far as GraphQL. */
  readonly admitted: Asked[];
  readonly refusals: number[];
}

function serve(
  graphql: () => Promise<Response>,
  options: Partial<EntranceOptions> = {},
): Scene {
  const admitted: Asked[] = [];
  const refusals: number[] = [];
  const entrance = createEntrance((asked) => {
    admitted.push(asked);
    return graphql();
  }, { requestsMax: 10, onRefused: ({ status }) => void refusals.push(status), ...options });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, entrance.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}/graphql`,
    port: server.addr.port,
    admitted,
    refusals,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const answer = () => Promise.resolve(Response.json({ data: null }));

async function codeOf(response: Response): Promise<string> {
  return (await response.json()).errors[0].extensions.code;
}

Deno.test("a request beyond the cap is refused unread with 503, and the next one finds a place again", async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await using scene = serve(() => held.then(answer), { requestsMax: 2 });
  const ask = () => fetch(scene.url, { method: "POST", headers: JSON_HEADERS, body: BODY });
  const underWay = [ask(), ask()];
  await waitFor(() => scene.admitted.length === 2, { what: "two requests under way" });
  const refused = await ask();
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  assertEquals(await codeOf(refused), "OVERLOADED");
  assertEquals([scene.admitted.length, scene.refusals], [2, [503]]);
  release();
  for (const response of await Promise.all(underWay)) await response.body?.cancel();
  const next = await ask();
  assertEquals(next.status, 200);
  await next.body?.cancel();
});

Deno.test("a request whose answer fails gives its place back", async () => {
  const entrance = createEntrance(() => Promise.reject(new Error("broken")), { requestsMax: 1 });
  for (let time = 0; time < 3; time++) {
    const asking = entrance.fetch(new Request("http://cast.test/graphql"));
    assertEquals(await asking.catch((error) => error.message), "broken");
  }
});

Deno.test("a body that stalls is answered 408 and has begun nothing", async () => {
  await using scene = serve(answer, { bodyWaitMsMax: 20 });
  for (const framing of ["content-length: 1000", "transfer-encoding: chunked"]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: scene.port });
    const head =
      `POST /graphql HTTP/1.1\r\nhost: cast.test\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    const bytes = new Uint8Array(4096);
    const text = new TextDecoder().decode(bytes.subarray(0, await connection.read(bytes) ?? 0));
    assert(text.startsWith("HTTP/1.1 408 "), text);
    assert(/^connection: close\r$/im.test(text), text);
  }
  assertEquals([scene.admitted.length, scene.refusals], [0, [408, 408]]);
});

Deno.test("a body reaches GraphQL whole, its length declared or not", async () => {
  await using scene = serve(answer);
  for (const body of [BODY, new Blob([BODY]).stream()]) {
    await (await fetch(scene.url, { method: "POST", headers: JSON_HEADERS, body })).body?.cancel();
  }
  assertEquals(scene.admitted.map(({ body }) => new TextDecoder().decode(body)), [BODY, BODY]);
});

Deno.test("every answer says that it is no page and not to be kept, refusals as well", async () => {
  await using scene = serve(answer);
  const responses = [
    await fetch(scene.url, { method: "POST", headers: JSON_HEADERS, body: BODY }),
    await fetch(scene.url, { method: "POST", body: BODY }),
    await fetch(new URL("/else", scene.url)),
    await fetch(scene.url),
  ];
  for (const response of responses) {
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(response.headers.get("access-control-allow-origin"), null);
    await response.body?.cancel();
  }
  assertEquals(responses.map(({ status }) => status), [200, 415, 404, 200]);
});

Deno.test("what is not asked of GraphQL is the page's, with headers of its own, and no request to GraphQL is", async () => {
  const asked: string[] = [];
  await using scene = serve(answer, {
    requestsMax: 1,
    page(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      return pathname === "/"
        ? new Response("page", { headers: { "cache-control": "no-cache" } })
        : undefined;
    },
  });
  const page = await fetch(new URL("/", scene.url));
  assertEquals([await page.text(), page.headers.get("cache-control")], ["page", "no-cache"]);
  const nothing = await fetch(new URL("/else", scene.url));
  assertEquals([nothing.status, await codeOf(nothing)], [404, "NOT_FOUND"]);
  await (await fetch(scene.url)).body?.cancel();
  assertEquals([asked, scene.admitted.length, scene.refusals], [["/", "/else"], 1, [404]]);
});
