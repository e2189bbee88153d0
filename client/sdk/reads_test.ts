import { assertEquals, assertRejects } from "@std/assert";
import { CastRequestError, CastUnavailableError, CastUsageError } from "./errors.ts";
import { createScene } from "./testing/scene.ts";
import { cut, errorReply, hang, json } from "./testing/scripted_fetch.ts";

const BOARD = {
  entries: [{ username: "alice", votes: 3 }],
  candidateCount: 1,
  voteCount: 2,
  epoch: "1000",
  readAt: "2030-01-01T00:00:00.123Z",
  isOpen: true,
  isFrozen: false,
};

Deno.test("reads ask for what they are told, and speak of names and totals", async () => {
  const { cast, clock, of } = createScene({
    Total: [() => json({ data: { query: 7 } })],
    Tallies: [() => json({ data: { tallies: [{ username: "bob", votes: 0 }] } })],
    Leaderboard: [() => json({ data: { leaderboard: BOARD } })],
    Receipt: [
      () => json({ data: { receipt: { requestId: "r", state: "STORED", voteId: "v", version: "1000-3" } } }),
      () => json({ data: { receipt: null } }),
    ],
  });
  assertEquals(await clock.run(cast.total(" Zoe\u0308 ")), 7);
  assertEquals(of("Total")[0]?.variables, { username: "Zoë" });
  assertEquals(await clock.run(cast.tallies(["bob"])), [{ name: "bob", total: 0 }]);
  assertEquals(await cast.tallies([]), []);
  const { entries, readAt, ...rest } = await clock.run(cast.leaderboard());
  assertEquals([entries, readAt], [[{ name: "alice", total: 3 }], new Date(BOARD.readAt)]);
  assertEquals(rest, { candidateCount: 1, voteCount: 2, epoch: "1000", isOpen: true, isFrozen: false });
  assertEquals(of("Leaderboard")[0]?.variables, { first: 10 });
  assertEquals((await clock.run(cast.receipt("r")))?.state, "STORED");
  assertEquals(await clock.run(cast.receipt("r")), undefined);
});

Deno.test("candidates() walks every page", async () => {
  const page = (names: string[], endCursor: string | null) => () =>
    json({
      data: {
        candidates: {
          edges: names.map((username) => ({ node: { username, votes: 1 } })),
          pageInfo: { hasNextPage: endCursor !== null, endCursor },
        },
      },
    });
  const { cast, clock, of } = createScene({
    Candidates: [page(["a", "b"], "one"), page(["c"], "two"), page(["d"], null)],
  });
  const names = await clock.run(Array.fromAsync(cast.candidates({ pageSize: 2 }), ({ name }) => name));
  assertEquals(names, ["a", "b", "c", "d"]);
  assertEquals(of("Candidates").map(({ variables }) => variables), [
    { first: 2, after: null },
    { first: 2, after: "one" },
    { first: 2, after: "two" },
  ]);
});

Deno.test("reads are asked again until they are answered", async () => {
  const { cast, clock } = createScene({
    Total: [
      cut,
      hang,
      errorReply({ code: "NOT_READY", path: "query" }),
      errorReply({ code: "OVERLOADED", status: 503 }),
      () => new Response("busy", { status: 429 }),
      () => new Response("bad gateway", { status: 502 }),
      () => json({ data: { query: 7 } }),
    ],
  });
  assertEquals(await clock.run(cast.total("alice")), 7);
  assertEquals(clock.pendingCount, 0);
});

Deno.test("reads end at their deadline, with their signal, and with a request that is wrong", async () => {
  const closed = createScene({ Total: [errorReply({ code: "NOT_READY", path: "query" })] });
  const late = await assertRejects(() => closed.clock.run(closed.cast.total("alice")), CastUnavailableError);
  assertEquals(late.code, "NOT_READY");

  const wrong = createScene({ Total: [errorReply({ code: "INPUT_INVALID", path: "query" })] });
  const error = await assertRejects(() => wrong.clock.run(wrong.cast.total("alice")), CastRequestError);
  assertEquals(error.code, "INPUT_INVALID");

  const stop = new AbortController();
  const hanging = createScene({ Total: [hang] });
  const asking = hanging.cast.total("alice", { signal: stop.signal });
  await hanging.clock.advance(1);
  stop.abort(new Error("enough"));
  await assertRejects(() => asking, Error, "enough");
  assertEquals([hanging.clock.pendingCount, wrong.clock.pendingCount], [0, 0]);
});

Deno.test("reads throw for sizes that no server takes", async () => {
  const { cast } = createScene({});
  await assertRejects(() => cast.leaderboard(101), CastUsageError);
  await assertRejects(() => cast.tallies(Array(101).fill("a")), CastUsageError);
  await assertRejects(() => cast.candidates({ pageSize: 0 }).next(), CastUsageError);
  await assertRejects(() => cast.receipt(""), CastUsageError);
});
