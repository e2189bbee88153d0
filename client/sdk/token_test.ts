import { assertEquals } from "@std/assert";
import { createScene } from "./testing/scene.ts";
import { accepted, cut } from "./testing/scripted_fetch.ts";
import type { TokenSource } from "./transport.ts";

const hanging: TokenSource = () => new Promise<string>(() => {});

Deno.test("vote() sends nothing without the token that it was promised, and asks for it again", async () => {
  let asked = 0;
  const { cast, clock, of } = createScene({ Vote: [accepted] }, {
    token: () => {
      asked += 1;
      if (asked < 4) throw new Error("login again");
      return "a.b.c";
    },
  });
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
  assertEquals(of("Vote").map(({ headers }) => headers.get("authorization")), ["Bearer a.b.c"]);

  const broken = createScene({ Vote: [accepted] }, { token: () => Promise.reject(new Error("login again")) });
  const outcome = await broken.clock.run(broken.cast.vote({ alice: 1 }, { requestId: "r" }));
  assertEquals(outcome, {
    kind: "refused",
    requestId: "r",
    code: "TOKEN_UNAVAILABLE",
    message: "login again",
  });
  assertEquals(broken.calls, []);
});

Deno.test("vote() does not outlive its deadline for a token that never comes, and sends nothing", async () => {
  const { cast, clock, calls } = createScene({ Vote: [accepted] }, { token: hanging });
  const beganAt = clock.now();
  const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r" }));
  const why = { code: "TOKEN_UNAVAILABLE", message: "No token came in time" };
  assertEquals(outcome, { kind: "refused", requestId: "r", ...why });
  assertEquals([calls, clock.now() - beganAt], [[], 30_000]);
});

Deno.test("vote() does not outlive its signal for a token that never comes, and sends nothing", async () => {
  let asked = 0;
  // The ticket is fetched under the first.
  const token = () => ++asked === 1 ? "a.b.c" : new Promise<string>(() => {});
  const { cast, clock, of } = createScene({ Vote: [accepted] }, { token });
  const stop = new AbortController();
  const voting = cast.vote({ alice: 1 }, { signal: stop.signal });
  await clock.advance(1);
  stop.abort();
  assertEquals([(await voting).kind, of("Vote"), asked], ["refused", [], 2]);
  assertEquals(clock.pendingCount, 0);
});

Deno.test("a token that comes too late is not voted with", async () => {
  const late = Promise.withResolvers<string>();
  let asked = 0;
  const token = () => ++asked === 2 ? late.promise : "a.b.c";
  const { cast, clock, of } = createScene({ Vote: [cut, accepted] }, { token });
  const voting = cast.vote({ alice: 1 }, { deadlineMs: 3_000 });
  await clock.advance(3_000);
  assertEquals((await clock.run(voting)).kind, "refused");
  late.resolve("a.b.c");
  await clock.advance(10_000);
  assertEquals(of("Vote"), []);
});

Deno.test("a function that gives no token is told of, and nothing is sent as nobody", async () => {
  const token = (() => undefined) as unknown as TokenSource;
  const { cast, clock, calls } = createScene({ Vote: [accepted] }, { token });
  const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r" }));
  const why = { code: "TOKEN_UNAVAILABLE", message: "No token was given" };
  assertEquals([outcome, calls], [{ kind: "refused", requestId: "r", ...why }, []]);
});

Deno.test("a watch says that its token does not come, and ends with its signal all the same", async () => {
  const { cast, clock, calls } = createScene({}, { token: hanging });
  const stop = new AbortController();
  const cuts: unknown[] = [];
  const watching = cast.watchLeaderboard({ signal: stop.signal, onCut: (cut) => cuts.push(cut) });
  const waiting = watching.next();
  await clock.advance(5_000);
  assertEquals(cuts, [{ code: "TOKEN_UNAVAILABLE", message: "No token came in time" }]);
  await clock.advance(1_000);
  stop.abort();
  assertEquals([(await waiting).done, calls, clock.pendingCount], [true, [], 0]);
});
