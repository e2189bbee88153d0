import { assertEquals } from "@std/assert";
import {
  callLine,
  cleanRun,
  EPOCH,
  eventLine,
  found,
  ledgerRow,
  type SmallRun,
  ticketLine,
  ticketOf,
  withMore,
} from "./small_run.ts";
import type { HistoryLine } from "../load/history.ts";

const NEXT_EPOCH = EPOCH + 10_000;

/** A run with these lines, in which every accepted request is counted once. */
function runWith(lines: HistoryLine[]): SmallRun {
  const clean = cleanRun();
  const counted = new Set(clean.rows.map(({ requestId, counts }) => `${requestId} ${counts}`));
  const rows = lines.flatMap((line) => {
    if (line.kind !== "call" || line.outcome !== "ACCEPTED") return [];
    const { requestId, names, counts } = line;
    const size = counted.size;
    if (counted.add(`${requestId} ${counts}`).size === size) return [];
    return [ledgerRow(requestId, { version: size, names, counts })];
  });
  return withMore(clean, { lines, rows });
}

Deno.test("a ticket admits as many requests as it has uses", () => {
  const votes = (count: number) => Array.from({ length: count }, (_, index) => callLine(`use-${index}`));
  // Two of the clean run came in on the same ticket.
  assertEquals(found(runWith(votes(3)), { ticketUses: 5 }), {});
  assertEquals(found(runWith(votes(4)), { ticketUses: 5 }), { uses_exceeded: 1 });
});

Deno.test("repeats, refusals and requests that another ticket may have admitted spend no use", () => {
  const later = ticketOf(EPOCH, 1000);
  const lines = [
    ticketLine({ t: 1000 }),
    callLine("a", { ticket: later, t0: 1100, attempt: 1 }),
    callLine("d", { outcome: "TICKET_EXHAUSTED", t0: 1100 }),
    callLine("d", { ticket: later, t0: 1200, attempt: 1 }),
    callLine("e", { outcome: "unknown", t0: 1100 }),
    callLine("e", { ticket: later, t0: 1200, attempt: 1 }),
  ];
  assertEquals(found(runWith(lines), { ticketUses: 2 }), {});
  assertEquals(found(runWith(lines), { ticketUses: 1 }), { uses_exceeded: 1 });
});

Deno.test("uses that were set anew hold from the very ticket that is seen first after it", () => {
  const votesAt = (t: number) => [
    ticketLine({ t }),
    ...Array.from(
      { length: 5 },
      (_, index) => callLine(`${index}`, { ticket: ticketOf(EPOCH, t), t0: t + 100 }),
    ),
  ];
  const change = (uses: number) => eventLine(50_000, { event: "ticket_uses", uses });
  const wanted = [
    { t: 49_999, lowered: {}, raised: { uses_exceeded: 1 } },
    { t: 50_000, lowered: { uses_exceeded: 1 }, raised: {} },
  ];
  for (const { t, lowered, raised } of wanted) {
    const lines = (uses: number) =>
      t < 50_000 ? [...votesAt(t), change(uses)] : [change(uses), ...votesAt(t)];
    assertEquals(found(runWith(lines(3)), { ticketUses: 5 }), lowered, `${t}`);
    assertEquals(found(runWith(lines(5)), { ticketUses: 3 }), raised, `${t}`);
  }
});

Deno.test("a first answer by a ticket that had ended is found, a repeat by it is not", () => {
  assertEquals(found(runWith([callLine("d", { t0: 2040 })])), {});
  assertEquals(found(runWith([callLine("d", { t0: 2060 })])), { ticket_outlived: 1 });
  assertEquals(found(runWith([callLine("a", { t0: 2500, attempt: 1 })])), {});
  const unknown = [callLine("d", { outcome: "unknown" }), callLine("d", { t0: 2500, attempt: 1 })];
  assertEquals(found(runWith(unknown)), {});
  const refused = [callLine("d", { outcome: "NOT_READY" }), callLine("d", { t0: 2500, attempt: 1 })];
  assertEquals(found(runWith(refused)), { ticket_outlived: 1 });
});

Deno.test("a machine's clock that was stepped is followed", () => {
  const stepped = { ...ticketLine({ t: 1900 }), wallMs: ticketLine().wallMs };
  assertEquals(found(runWith([stepped, callLine("d", { t0: 3000 })])), {});
});

Deno.test("an API that handed out a newer epoch takes no ticket of an older one", () => {
  const opened = ticketLine({ epoch: NEXT_EPOCH, t: 500 });
  assertEquals(found(runWith([opened, callLine("d", { t0: 600 })])), { old_epoch_honoured: 1 });
  // Begun before; answered by another process, which may not know yet; known as a request since.
  assertEquals(found(runWith([opened, callLine("d", { t0: 400, t1: 600 })])), {});
  assertEquals(found(runWith([opened, callLine("d", { t0: 600, api: 1 })])), {});
  assertEquals(found(runWith([opened, callLine("a", { t0: 600, attempt: 1 })])), {});
});

Deno.test("no ticket of before is honoured when the only Redis is gone", () => {
  const gone = eventLine(500, { event: "redis_gone" });
  assertEquals(found(runWith([gone, callLine("d", { t0: 600, api: 1 })])), { old_epoch_honoured: 1 });
  assertEquals(found(runWith([gone, callLine("d", { t0: 400, t1: 600 })])), {});
  const fetched = ticketLine({ epoch: NEXT_EPOCH, t: 700 });
  const ticket = ticketOf(NEXT_EPOCH, 700);
  assertEquals(found(runWith([gone, fetched, callLine("d", { t0: 800, ticket })])), {});
});

Deno.test("a repeat gets the first answer", () => {
  assertEquals(found(runWith([callLine("a", { t0: 1000, attempt: 1 })])), {});
  const other = callLine("a", { t0: 1000, attempt: 1, totals: [9] });
  assertEquals(found(runWith([other])), { repeat_answered_differently: 1 });
});

Deno.test("a repeat of an accepted request is not refused for its ticket or its id", () => {
  for (const outcome of ["TICKET_EXPIRED", "TICKET_EXHAUSTED", "TOTAL_TOO_LARGE"]) {
    const repeat = callLine("a", { t0: 1000, attempt: 1, outcome });
    assertEquals(found(runWith([repeat])), { repeat_answered_differently: 1 }, outcome);
  }
  for (const outcome of ["NOT_READY", "OVERLOADED", "unknown"]) {
    assertEquals(found(runWith([callLine("a", { t0: 1000, attempt: 1, outcome })])), {}, outcome);
  }
});

Deno.test("a Redis that forgot may answer anew, within the time in which it forgot", () => {
  const forgot = (t: number, sinceT: number) => eventLine(t, { event: "redis_forgot", sinceT });
  const other = callLine("a", { t0: 1000, attempt: 1, totals: [9] });
  const expired = callLine("a", { t0: 1000, attempt: 1, outcome: "TICKET_EXPIRED" });
  for (const repeat of [other, expired]) {
    assertEquals(found(runWith([forgot(500, 400), repeat])), {});
    // Written when it was over, after the answer.
    assertEquals(found(runWith([repeat, forgot(2000, 900)])), {});
    assertEquals(found(runWith([repeat, forgot(3000, 2000)])), { repeat_answered_differently: 1 });
    assertEquals(found(runWith([forgot(50, 10), repeat])), { repeat_answered_differently: 1 });
  }
});

Deno.test("after Redis forgot, the new answer is the one that counts", () => {
  const anew = callLine("a", { t0: 1000, attempt: 1, totals: [9] });
  const forgot = eventLine(500, { event: "redis_forgot", sinceT: 400 });
  assertEquals(found(runWith([forgot, anew, callLine("a", { t0: 1500, attempt: 2, totals: [9] })])), {});
  const third = callLine("a", { t0: 1500, attempt: 2, totals: [10] });
  assertEquals(found(runWith([forgot, anew, third])), { repeat_answered_differently: 1 });
});

Deno.test("a request's life bounds how long its answer is remembered", () => {
  const late = callLine("a", { t0: 1000, t1: 1005, attempt: 1, totals: [9] });
  assertEquals(found(runWith([late]), { requestLifeMs: 905 }), {});
  assertEquals(found(runWith([late]), { requestLifeMs: 906 }), { repeat_answered_differently: 1 });
});

Deno.test("another vote under an accepted id is refused, unless Redis forgot", () => {
  const rival = { counts: [2], t0: 1000, totals: [4] };
  assertEquals(found(runWith([callLine("a", { ...rival, outcome: "REQUEST_ID_CONFLICT" })])), {});
  assertEquals(found(runWith([callLine("a", rival)])), { repeat_answered_differently: 1 });
  const forgot = eventLine(500, { event: "redis_forgot", sinceT: 400 });
  assertEquals(found(runWith([forgot, callLine("a", rival)])), {});
});

Deno.test("a conflict needs two contents", () => {
  const lines = [callLine("d", { outcome: "REQUEST_ID_CONFLICT" })];
  assertEquals(found(runWith(lines)), { repeat_answered_differently: 1 });
});
