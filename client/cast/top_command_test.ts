import { assertEquals, assertStringIncludes } from "@std/assert";
import { cast } from "./testing/run_cast.ts";

const BOARD = {
  entries: [{ username: "alice", votes: 4 }, { username: "b\u202eob", votes: 1 }],
  candidateCount: 2,
  voteCount: 3,
  epoch: "7",
  readAt: "2026-01-02T03:04:05.678Z",
  isOpen: true,
  isFrozen: false,
};

/** An API that answers questions by `answer`, and subscriptions by what `stream` gives. */
function serve(
  { answer, stream }: { answer: (asked: number) => unknown; stream?: () => Response },
): AsyncDisposable & { url: string } {
  let asked = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { query } = await request.json();
    if (query.startsWith("subscription")) {
      return stream?.() ??
        Response.json({ errors: [{ message: "Schema is not configured" }] }, { status: 400 });
    }
    return Response.json(answer(asked++));
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const lead = (votes: number) => ({
  data: { leaderboard: { ...BOARD, entries: [{ username: "alice", votes }] } },
});

/** Watches until as many frames were written. */
async function watched(url: string, frames: number) {
  const enough = new AbortController();
  return await cast(["top", "--watch", "--json", "--api", url], {
    signal: AbortSignal.any([enough.signal, AbortSignal.timeout(20_000)]),
    onOutput: (text) => {
      if (text.split("\n").length > frames) enough.abort();
    },
  });
}

const totals = (stdout: string) =>
  stdout.trim().split("\n").map((line) => JSON.parse(line).entries[0].total as number);

Deno.test("cast top draws the leaderboard, and shows no character that turns text around", async () => {
  await using api = serve({ answer: () => ({ data: { leaderboard: BOARD } }) });
  const { code, stdout } = await cast(["top", "--api", api.url]);
  assertEquals(code, 0);
  const [head = "", first = "", second = ""] = stdout.split("\n");
  assertStringIncludes(head, "open  2 names, 3 votes, 03:04:05 UTC");
  assertEquals(first, `  1  alice      ${"█".repeat(30)}  4`);
  assertEquals(second.startsWith("  2  b\\u202eob  ███████▌ "), true, second);
});

Deno.test("cast top --watch follows the subscription", async () => {
  const frames = [2, 3].map((votes) => `event: next\ndata: ${JSON.stringify(lead(votes))}\n\n`).join("");
  await using api = serve({
    answer: () => lead(1),
    stream: () =>
      new Response(
        ReadableStream.from([frames.slice(0, frames.length / 2), frames.slice(frames.length / 2)])
          .pipeThrough(new TextEncoderStream()),
        { headers: { "content-type": "text/event-stream" } },
      ),
  });
  const { code, stdout } = await watched(api.url, 2);
  assertEquals(code, 0);
  // Of frames that came at once the newest is shown.
  assertEquals(totals(stdout)[0], 1);
  assertEquals([2, 3].includes(totals(stdout)[1] ?? 0), true, stdout);
});

Deno.test("cast top --watch asks again and again where the API has no subscription, and shows changes alone", async () => {
  await using api = serve({ answer: (asked) => lead(asked < 3 ? 1 : 5) });
  const { code, stdout } = await watched(api.url, 3);
  assertEquals(code, 0);
  assertEquals(totals(stdout), [1, 1, 5]);
});

Deno.test("cast top says that an API has no leaderboard, with exit code 2", async () => {
  await using api = serve({
    answer: () => ({ errors: [{ message: 'Cannot query field "leaderboard" on type "Query".' }] }),
  });
  for (const args of [[], ["--watch"]]) {
    const { code, stdout, stderr } = await cast(["top", ...args, "--api", api.url]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "Is it an API of this release?");
  }
});
