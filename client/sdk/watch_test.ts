import { assertEquals, assertRejects } from "@std/assert";
import { CastRequestError } from "./errors.ts";
import { createScene } from "./testing/scene.ts";
import { cut, errorReply, json, type Reply } from "./testing/scripted_fetch.ts";

const BOARD = {
  candidateCount: 1,
  epoch: "1",
  readAt: "2030-01-01T00:00:00.000Z",
  isOpen: true,
  isFrozen: false,
};
const COMPLETE = "event: complete\ndata\n\n";

function frame(voteCount: number): string {
  return next({ data: { leaderboard: { ...BOARD, voteCount, entries: [{ username: "alice", votes: 1 }] } } });
}

function next(result: unknown): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/** Sends the pieces one after the other, and then ends, fails or stays silent. */
function stream(pieces: readonly string[], then: "end" | "fail" | "stay" = "end"): Reply {
  return ({ signal }) => {
    const left = [...pieces];
    const body = new ReadableStream({
      async pull(controller) {
        const piece = left.shift();
        if (piece !== undefined) return controller.enqueue(new TextEncoder().encode(piece));
        if (then === "end") return controller.close();
        if (then === "fail") return controller.error(new TypeError("connection reset"));
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        controller.error(signal.reason);
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
}

Deno.test("watchLeaderboard() gives each frame and subscribes again after every kind of cut", async () => {
  const { cast, clock, of } = createScene({
    WatchLeaderboard: [
      stream([frame(1), ":\n\n", frame(2)], "fail"),
      cut,
      stream([frame(3), COMPLETE], "stay"),
      errorReply({ code: "OVERLOADED", status: 503, headers: { "retry-after": "1" } }),
      stream([
        next({ errors: [{ message: "closed", path: ["leaderboard"], extensions: { code: "NOT_READY" } }] }),
      ]),
      stream([frame(4)], "stay"),
      stream([frame(5)]),
    ],
  });
  const cuts: string[] = [];
  const watching = cast.watchLeaderboard({ first: 3, onCut: ({ code }) => cuts.push(code) });
  const counts: number[] = [];
  for (let frame = 0; frame < 5; frame++) {
    const { value } = await clock.run(watching.next());
    counts.push(value?.voteCount ?? -1);
  }
  await watching.return();
  assertEquals(counts, [1, 2, 3, 4, 5]);
  // The fourth stream fell silent.
  assertEquals(cuts, ["UNREACHABLE", "UNREACHABLE", "UNREACHABLE", "OVERLOADED", "NOT_READY", "UNREACHABLE"]);
  assertEquals(of("WatchLeaderboard").every(({ variables }) => variables.first === 3), true);
  assertEquals(of("WatchLeaderboard")[0]?.headers.get("accept"), "text/event-stream");
  assertEquals(clock.pendingCount, 0);
});

Deno.test("watchLeaderboard() gives a slow reader the newest of what came together", async () => {
  const { cast, clock } = createScene({ WatchLeaderboard: [stream([frame(1) + frame(2) + frame(3)])] });
  const watching = cast.watchLeaderboard();
  assertEquals((await clock.run(watching.next())).value?.voteCount, 3);
  await watching.return();
});

Deno.test("watchLeaderboard() waits longer with each failure, and begins anew after a stream that has lived", async () => {
  const { cast, clock } = createScene({
    WatchLeaderboard: [cut, cut, cut, stream([frame(1)], "stay"), stream([frame(2)])],
  });
  const watching = cast.watchLeaderboard();
  await clock.run(watching.next());
  await clock.run(watching.next());
  await watching.return();
  assertEquals(clock.waits.filter((ms) => ms < 5_000), [100, 200, 400, 100]);
});

Deno.test("watchLeaderboard() waits longer with each stream that gives a frame and ends", async () => {
  const { cast, clock } = createScene({ WatchLeaderboard: [stream([frame(1)])] });
  const watching = cast.watchLeaderboard();
  for (let frame = 0; frame < 8; frame++) await clock.run(watching.next());
  await watching.return();
  assertEquals(clock.waits.filter((ms) => ms < 5_000), [100, 200, 400, 800, 1_600, 3_000, 3_000]);
});

Deno.test("watchLeaderboard() does not take silence before the first frame for life", async () => {
  const { cast, clock } = createScene({
    WatchLeaderboard: [stream([], "stay"), stream([], "stay"), stream([frame(1)])],
  });
  const watching = cast.watchLeaderboard();
  await clock.run(watching.next());
  await watching.return();
  assertEquals(clock.waits.filter((ms) => ms < 5_000), [100, 200]);
});

Deno.test("a watch ends quietly with its signal, and with whoever leaves it", async () => {
  const { cast, clock, of } = createScene({ WatchLeaderboard: [stream([frame(1)], "stay")] });
  const stop = new AbortController();
  const watching = cast.watchLeaderboard({ signal: stop.signal });
  await clock.run(watching.next());
  const waiting = watching.next();
  stop.abort();
  assertEquals((await clock.run(waiting)).done, true);

  for await (const _ of cast.watchLeaderboard()) break;
  assertEquals(of("WatchLeaderboard").map(({ signal }) => signal.aborted), [true, true]);
  assertEquals(clock.pendingCount, 0);
});

Deno.test("a watch throws where the API knows no such stream", async () => {
  for (
    const reply of [
      errorReply({ code: "GRAPHQL_VALIDATION_FAILED", status: 400 }),
      stream([next({ errors: [{ message: "no", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] })]),
      () => json({ data: { leaderboard: BOARD } }),
    ]
  ) {
    const { cast, clock } = createScene({ WatchLeaderboard: [reply] });
    await assertRejects(() => clock.run(cast.watchLeaderboard().next()), CastRequestError);
  }
});

Deno.test("watchTickets() gives each ticket", async () => {
  const ticketChanged = { ticket: "t1", validUntil: "2030-01-01T00:00:02.000Z", remainingUsage: 9 };
  const { cast, clock } = createScene({ WatchTickets: [stream([next({ data: { ticketChanged } })])] });
  const watching = cast.watchTickets();
  assertEquals((await clock.run(watching.next())).value, {
    ticket: "t1",
    validUntil: new Date("2030-01-01T00:00:02.000Z"),
    usesLeft: 9,
  });
  await watching.return();
});

Deno.test("a stream that says nothing for too long is left, and a heartbeat is not nothing", async () => {
  const { cast, clock } = createScene(
    { WatchLeaderboard: [stream([frame(1), ":\n\n"], "stay"), stream([frame(2)])] },
    { silenceMs: 20_000 },
  );
  const cuts: string[] = [];
  const watching = cast.watchLeaderboard({ onCut: ({ message }) => cuts.push(message) });
  await clock.run(watching.next());
  const beganAt = clock.now();
  assertEquals((await clock.run(watching.next())).value?.voteCount, 2);
  assertEquals([cuts, clock.now() - beganAt], [["The stream has fallen silent"], 20_100]);
  await watching.return();
});
