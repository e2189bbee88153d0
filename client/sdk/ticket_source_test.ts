import { assertEquals } from "@std/assert";
import { createFakeClock } from "./testing/fake_clock.ts";
import { createScene } from "./testing/scene.ts";
import { accepted, errorReply, refused, type Reply, ticketReply } from "./testing/scripted_fetch.ts";

function numberedTickets(
  clock: { now(): number },
  { lifeMs, skewMs = 0, uses = 100 }: { lifeMs: number; skewMs?: number; uses?: number },
): Reply {
  let count = 0;
  return (call) => {
    count += 1;
    return ticketReply({ ticket: `t${count}`, validUntil: clock.now() + skewMs + lifeMs, uses })(call);
  };
}

Deno.test("a ticket is fetched once for all who wait for it, and kept until shortly before its end", async () => {
  const clock = createFakeClock();
  const { cast, of } = createScene(
    { Ticket: [numberedTickets(clock, { lifeMs: 2_000 })], Vote: [accepted] },
    { clock },
  );
  await clock.run(Promise.all(Array.from({ length: 20 }, () => cast.vote({ alice: 1 }))));
  assertEquals(of("Ticket").length, 1);
  await clock.advance(1_700);
  await clock.run(cast.vote({ alice: 1 }));
  assertEquals(of("Ticket").length, 1);
  await clock.advance(100);
  await clock.run(cast.vote({ alice: 1 }));
  assertEquals([of("Ticket").length, of("Vote").at(-1)?.variables.ticket], [2, "t2"]);
});

Deno.test("a ticket is given out as often as it has uses left", async () => {
  const clock = createFakeClock();
  const { cast, of } = createScene(
    { Ticket: [numberedTickets(clock, { lifeMs: 60_000, uses: 3 })], Vote: [accepted] },
    { clock },
  );
  for (let vote = 0; vote < 7; vote++) await clock.run(cast.vote({ alice: 1 }));
  assertEquals(of("Vote").map(({ variables }) => variables.ticket), [
    "t1",
    "t1",
    "t1",
    "t2",
    "t2",
    "t2",
    "t3",
  ]);
});

Deno.test("a spent ticket is waited out: nothing is sent under it", async () => {
  const clock = createFakeClock();
  const spent = ticketReply({ ticket: "spent", validUntil: clock.now() + 1_000, uses: 0 });
  const fresh = ticketReply({ ticket: "fresh", validUntil: clock.now() + 60_000 });
  const { cast, of } = createScene({ Ticket: [spent, spent, fresh], Vote: [accepted] }, { clock });
  assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
  assertEquals(of("Vote").map(({ variables }) => variables.ticket), ["fresh"]);
});

Deno.test("a client whose clock is an hour behind learns it from one refusal", async () => {
  const clock = createFakeClock();
  const skewMs = 3_600_000;
  const lifeMs = 2_000;
  const judge: Reply = (call) => {
    const opened = openedAt.get(String(call.variables.ticket)) ?? 0;
    return clock.now() < opened + lifeMs ? accepted(call) : refused("TICKET_EXPIRED")(call);
  };
  const tickets = numberedTickets(clock, { lifeMs, skewMs });
  const openedAt = new Map<string, number>();
  const Ticket: Reply = async (call) => {
    const response = await tickets(call);
    openedAt.set((await response.clone().json()).data.cas.ticket, clock.now());
    return response;
  };
  const { cast, of } = createScene({ Ticket: [Ticket], Vote: [judge] }, { clock });
  for (let vote = 0; vote < 50; vote++) {
    assertEquals((await clock.run(cast.vote({ alice: 1 }))).kind, "accepted");
    await clock.advance(500);
  }
  assertEquals(of("Vote").length, 51);
});

Deno.test("a client whose clock is an hour ahead votes with what it fetched, and does not fetch for every vote", async () => {
  const clock = createFakeClock();
  const { cast, of } = createScene(
    { Ticket: [numberedTickets(clock, { lifeMs: 2_000, skewMs: -3_600_000 })], Vote: [accepted] },
    { clock },
  );
  for (let vote = 0; vote < 10; vote++) await clock.run(cast.vote({ alice: 1 }));
  assertEquals(of("Ticket").length, 1);
});

Deno.test("ticket() tells the ticket without taking a use, and waits while none is open", async () => {
  const clock = createFakeClock();
  const open = ticketReply({ validUntil: clock.now() + 60_000, uses: 5 });
  const { cast, of } = createScene(
    { Ticket: [errorReply({ code: "NOT_READY", status: 503, headers: { "retry-after": "1" } }), open] },
    { clock },
  );
  const validUntil = new Date(clock.now() + 60_000);
  assertEquals(await clock.run(cast.ticket()), { ticket: "t1", validUntil, usesLeft: 5 });
  assertEquals(await clock.run(cast.ticket()), { ticket: "t1", validUntil, usesLeft: 5 });
  assertEquals(of("Ticket").length, 2);
});
