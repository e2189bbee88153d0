import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CastRequestError, CastUsageError } from "./errors.ts";
import { createFakeClock } from "./testing/fake_clock.ts";
import { createScene } from "./testing/scene.ts";
import {
  accepted,
  cut,
  errorReply,
  hang,
  json,
  refused,
  type Reply,
  ticketReply,
} from "./testing/scripted_fetch.ts";

const LOST: Readonly<Record<string, Reply>> = {
  "a connection that is cut": cut,
  "no answer in time": hang,
  "OUTCOME_UNKNOWN": errorReply({ code: "OUTCOME_UNKNOWN", path: "vote" }),
  "INTERNAL_ERROR": errorReply({ code: "INTERNAL_ERROR", path: "vote" }),
  "an error of the field that this client does not know": errorReply({ code: "NEW", path: "vote" }),
  "a page of a gateway": () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
  "data without a vote": () => json({ data: {} }),
  "a result that is cut": () => new Response('{"data":{"vo'),
};
const FINAL = [
  "TICKET_INVALID",
  "INPUT_INVALID",
  "TOTAL_TOO_LARGE",
  "REQUEST_ID_CONFLICT",
  "POLL_CLOSED",
  "CANDIDATE_UNKNOWN",
  "VOTER_LIMIT",
  "VOTER_UNAUTHORIZED",
  "A_CODE_OF_TOMORROW",
];

Deno.test("vote() fetches a ticket, votes with it, and tells the totals in the order asked", async () => {
  const { cast, clock, of } = createScene({ Vote: [accepted] }, { token: () => "a.b.c" });
  const outcome = await clock.run(cast.vote({ alice: 2, bob: 1 }, { voter: "Eve" }));
  const [call] = of("Vote");
  assertEquals(outcome, {
    kind: "accepted",
    requestId: String(call?.variables.requestId),
    totals: [{ name: "alice", total: 2 }, { name: "bob", total: 1 }],
  });
  const { requestId: _, ...variables } = call?.variables ?? {};
  assertEquals(variables, {
    usernames: ["alice", "bob"],
    voteCount: [2, 1],
    ticket: "t1",
    voterUsername: "Eve",
  });
  assertEquals(call?.headers.get("authorization"), "Bearer a.b.c");
  assertEquals(clock.pendingCount, 0);
});

Deno.test("vote() gives each vote a requestId of its own, unless it is told one", async () => {
  const { cast, clock, of } = createScene({ Vote: [accepted] });
  for (const requestId of [undefined, undefined, "mine"]) await clock.run(cast.vote({ a: 1 }, { requestId }));
  const [one, other, third] = of("Vote").map(({ variables }) => variables.requestId);
  assertNotEquals(one, other);
  assertEquals(third, "mine");
});

for (const [what, lost] of Object.entries(LOST)) {
  Deno.test(`vote() repeats the same vote under the same requestId after ${what}`, async () => {
    const { cast, clock, of } = createScene({ Vote: [lost, lost, accepted] });
    const outcome = await clock.run(cast.vote({ alice: 1 }));
    assertEquals(outcome.kind, "accepted");
    const calls = of("Vote").map(({ variables }) => variables);
    assertEquals(calls.length, 3);
    for (const { requestId, usernames, voteCount } of calls) {
      assertEquals([requestId, usernames, voteCount], [outcome.requestId, ["alice"], [1]]);
    }
  });

  Deno.test(`vote() is unknown at its deadline when all it saw was ${what}`, async () => {
    const { cast, clock, of } = createScene({ Vote: [lost] });
    const beganAt = clock.now();
    const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r" }));
    assertEquals([outcome.kind, outcome.requestId, clock.now() - beganAt], ["unknown", "r", 30_000]);
    assertEquals(new Set(of("Vote").map(({ variables }) => variables.requestId)), new Set(["r"]));
    assertEquals(clock.pendingCount, 0);
  });
}

for (const code of FINAL) {
  Deno.test(`vote() tells a refusal as ${code} at once`, async () => {
    const { cast, clock, of } = createScene({ Vote: [refused(code)] });
    const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r" }));
    assertEquals(outcome, { kind: "refused", requestId: "r", code, message: `is ${code}` });
    assertEquals(of("Vote").length, 1);
  });
}

Deno.test("vote() calls nothing refused once a call has stayed without an answer", async () => {
  const { cast, clock } = createScene({ Vote: [cut, refused("POLL_CLOSED")] });
  assertEquals(await clock.run(cast.vote({ alice: 1 }, { requestId: "r" })), {
    kind: "unknown",
    requestId: "r",
    last: { code: "POLL_CLOSED", message: "is POLL_CLOSED" },
  });
});

Deno.test("vote() waits out OVERLOADED and NOT_READY with a growing, capped backoff", async () => {
  const Vote = [...Array(8).fill(refused("OVERLOADED")), ...Array(2).fill(refused("NOT_READY")), accepted];
  const { cast, clock, of } = createScene({ Vote });
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
  const waits = clock.waits.filter((ms) => ms < 5_000);
  assertEquals(waits, [100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000, 3_000, 3_000]);
  assertEquals(of("Vote").length, 11);
});

Deno.test("vote() is refused as OVERLOADED when that lasts until the deadline", async () => {
  const { cast, clock } = createScene({ Vote: [refused("OVERLOADED")] });
  const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r", deadlineMs: 10_000 }));
  assertEquals(outcome, { kind: "refused", requestId: "r", code: "OVERLOADED", message: "is OVERLOADED" });
});

Deno.test("vote() waits for at least what Retry-After asks", async () => {
  const busy = errorReply({ code: "OVERLOADED", status: 503, headers: { "retry-after": "7" } });
  const { cast, clock } = createScene({ Vote: [busy, accepted] });
  const beganAt = clock.now();
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
  assertEquals(clock.now() - beganAt, 7_100);
});

Deno.test("vote() takes a fresh ticket at once when its own has expired or is spent, and waits when that is so again", async () => {
  for (const code of ["TICKET_EXPIRED", "TICKET_EXHAUSTED"]) {
    const { cast, clock, of } = createScene({ Vote: [refused(code), refused(code), accepted] });
    assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
    assertEquals([of("Ticket").length, clock.waits.filter((ms) => ms < 5_000)], [3, [100]]);
  }
});

Deno.test("vote() gives up on tickets at its deadline, after a bounded number of tries", async () => {
  const { cast, clock, of } = createScene({ Vote: [refused("TICKET_EXPIRED")] });
  const outcome = await clock.run(cast.vote({ alice: 1 }));
  assertEquals([outcome.kind, "code" in outcome && outcome.code], ["refused", "TICKET_EXPIRED"]);
  assertEquals(of("Vote").length < 20, true);
});

Deno.test("vote() is refused where no ticket is to be had: nothing was sent that could be counted", async () => {
  for (
    const [Ticket, code] of [
      [errorReply({ code: "NOT_READY", path: "cas" }), "NOT_READY"],
      [cut, "UNREACHABLE"],
    ] as const
  ) {
    const { cast, clock, of } = createScene({ Ticket: [Ticket], Vote: [accepted] });
    const outcome = await clock.run(cast.vote({ alice: 1 }));
    assertEquals([outcome.kind, "code" in outcome && outcome.code, of("Vote")], ["refused", code, []]);
  }
});

Deno.test("vote() throws where the API does not understand it", async () => {
  for (
    const [reply, code] of [
      [errorReply({ code: "GRAPHQL_VALIDATION_FAILED", status: 400 }), "GRAPHQL_VALIDATION_FAILED"],
      [() => json({ error: "no such page" }, { status: 404 }), "HTTP_404"],
    ] as const
  ) {
    const { cast, clock } = createScene({ Vote: [reply] });
    const error = await assertRejects(() => clock.run(cast.vote({ alice: 1 })), CastRequestError);
    assertEquals(error.code, code);
  }
});

Deno.test("vote() ends with its signal: unknown while a call is under way, refused when nothing is", async () => {
  for (const [reply, kind] of [[hang, "unknown"], [refused("OVERLOADED"), "refused"]] as const) {
    const { cast, clock } = createScene({ Vote: [reply] });
    const stop = new AbortController();
    const voting = cast.vote({ alice: 1 }, { signal: stop.signal });
    await clock.advance(1);
    stop.abort();
    assertEquals((await voting).kind, kind);
    assertEquals(clock.pendingCount, 0);
  }
});

const REQUEST_ID_FORGOTTEN_MS = 120_000;

Deno.test("vote() is not repeated after a sleep of the machine in which its deadline has passed", async () => {
  const { cast, clock, of } = createScene({ Vote: [cut, accepted] });
  const voting = cast.vote({ alice: 1 });
  await clock.advance(1);
  clock.leap(REQUEST_ID_FORGOTTEN_MS);
  assertEquals([(await clock.run(voting)).kind, of("Vote").length], ["unknown", 1]);
});

Deno.test("vote() is not repeated when the machine slept while its next ticket was fetched", async () => {
  const clock = createFakeClock();
  const oneUse = ticketReply({ ticket: "first", validUntil: clock.now() + 3_600_000, uses: 1 });
  const late: Reply = (call) => {
    clock.leap(REQUEST_ID_FORGOTTEN_MS);
    return ticketReply({ ticket: "late", validUntil: clock.now() + 3_600_000 })(call);
  };
  const { cast, of } = createScene({ Ticket: [oneUse, late], Vote: [cut, accepted] }, { clock });
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "unknown");
  assertEquals([of("Ticket").length, of("Vote").length], [2, 1]);

  const first = createScene({ Ticket: [late], Vote: [accepted] }, { clock });
  assertEquals((await clock.run(first.cast.vote({ alice: 1 }))).kind, "refused");
  assertEquals(first.of("Vote"), []);
});

Deno.test("vote() is not repeated when the machine slept while its token was fetched", async () => {
  const clock = createFakeClock();
  let asked = 0;
  const token = () => {
    // One for the ticket, one for each vote.
    if (++asked === 3) clock.leap(REQUEST_ID_FORGOTTEN_MS);
    return "a.b.c";
  };
  const { cast, of } = createScene({ Vote: [cut, accepted] }, { clock, token });
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "unknown");
  assertEquals([asked, of("Vote").length], [3, 1]);
});

const NOT_ACCEPTED: Readonly<Record<string, Readonly<Record<string, readonly Reply[]>>>> = {
  "POLL_CLOSED": { Vote: [refused("POLL_CLOSED")] },
  "OVERLOADED": { Vote: [refused("OVERLOADED")] },
  "GRAPHQL_VALIDATION_FAILED": { Vote: [errorReply({ code: "GRAPHQL_VALIDATION_FAILED", status: 400 })] },
  "NOT_READY": { Ticket: [errorReply({ code: "NOT_READY", path: "cas" })] },
  "UNREACHABLE": { Ticket: [cut], Vote: [cut] },
};

for (const [code, script] of Object.entries(NOT_ACCEPTED)) {
  Deno.test(`vote() that is a repeat by hand is unknown, not refused, when it comes to ${code}`, async () => {
    const { cast, clock } = createScene(script);
    const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r", isRepeat: true }));
    assertEquals(
      [outcome.kind, outcome.requestId, outcome.kind === "unknown" && outcome.last.code],
      ["unknown", "r", code],
    );
  });
}

Deno.test("vote() that is a repeat by hand is accepted with its first answer, and wants its requestId", async () => {
  const { cast, clock, calls } = createScene({ Vote: [accepted] });
  await assertRejects(
    () => cast.vote({ alice: 1 }, { isRepeat: true }),
    CastUsageError,
    "Give the requestId",
  );
  assertEquals(calls, []);
  const outcome = await clock.run(cast.vote({ alice: 1 }, { requestId: "r", isRepeat: true }));
  assertEquals([outcome.kind, outcome.requestId], ["accepted", "r"]);
});
