import { assertEquals, assertStringIncludes } from "@std/assert";
import { cast } from "./testing/run_cast.ts";

/** An API that has a ticket, and refuses every vote. */
function serve(code: string): AsyncDisposable & { url: string } {
  const cas = { ticket: "t1", validUntil: "2099-01-01T00:00:00.000Z", remainingUsage: 9 };
  const vote = { success: false, code, message: `is ${code}`, usernames: [], votes: [] };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { query } = await request.json();
    return Response.json({ data: query.startsWith("mutation") ? { vote } : { cas } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("cast vote tells a refusal with exit code 1, and of one under a given requestId that nobody knows", async () => {
  await using api = serve("POLL_CLOSED");
  const first = await cast(["vote", "alice", "--api", api.url]);
  assertEquals([first.code, first.stdout], [1, "Refused: POLL_CLOSED, is POLL_CLOSED\n"]);
  assertStringIncludes(first.stderr, "cast poll open");

  const again = await cast(["vote", "alice", "--request-id", "mine", "--api", api.url]);
  assertEquals([again.code, again.stdout], [2, "Unknown: POLL_CLOSED, is POLL_CLOSED\n"]);
  assertStringIncludes(again.stderr, "Give the same votes again with --request-id mine");
});

Deno.test("cast vote does not say of a repeat that nothing was sent when no API is there", async () => {
  const args = ["vote", "alice", "--wait", "1", "--api", "http://127.0.0.1:9"];
  const first = await cast(args);
  assertEquals(first.code, 1);
  assertStringIncludes(first.stderr, "Nothing was sent");
  const again = await cast([...args, "--request-id", "mine"]);
  assertEquals(again.code, 2);
  assertEquals(again.stderr, "Give the same votes again with --request-id mine: they are counted once\n");
});

Deno.test("cast vote says that a given requestId is another vote's", async () => {
  await using api = serve("REQUEST_ID_CONFLICT");
  const { code, stderr } = await cast(["vote", "alice", "--request-id", "mine", "--api", api.url]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "or leave out --request-id: this is another vote");
});
