import { assertEquals } from "@std/assert";
import {
  callLine,
  cleanRun,
  EPOCH,
  eventLine,
  judgeRun,
  ledgerRow,
  ticketLine,
  ticketOf,
  withMore,
} from "./small_run.ts";

const COUNTS = {
  due: 9,
  arrived: 9,
  shed: 0,
  gaveUpUnknown: 0,
  gaveUpRefused: 0,
  neverCalled: 0,
  arrivingMs: 500,
};
const ended = (t: number, accepted: number) => eventLine(t, { event: "load_ended", ...COUNTS, accepted });

const votesAt = (t: number, count: number) =>
  Array.from(
    { length: count },
    (_, index) => callLine(`${t}-${index}`, { t0: t + 100, ticket: ticketOf(EPOCH, t) }),
  );

/** Tickets of the second phase: the second and the third are used up. */
const OWN = [
  { t: 1100, count: 10, refusals: [] },
  { t: 1200, count: 10, refusals: ["TICKET_EXHAUSTED"] },
  { t: 1300, count: 9, refusals: ["TICKET_EXHAUSTED"] },
  { t: 1400, count: 9, refusals: ["TICKET_EXPIRED"] },
  { t: 1500, count: 8, refusals: ["TICKET_EXHAUSTED"] },
];

Deno.test("each phase has its own votes, and the tickets that were used up in it", () => {
  const lines = [
    ended(900, 2),
    eventLine(1000, { event: "ticket_uses" as const, uses: 10 }),
    ...OWN.flatMap(({ t, count, refusals }) => [
      ticketLine({ t }),
      ...votesAt(t, count),
      ...refusals.map((outcome) =>
        callLine(`refused-${t}`, { t0: t + 200, ticket: ticketOf(EPOCH, t), outcome })
      ),
    ]),
    ended(2000, 3),
  ];
  const rows = OWN.flatMap(({ t, count }) => votesAt(t, count)).map(({ requestId }, place) =>
    ledgerRow(requestId, { version: 2 + place })
  );
  const { lines: [begin, ...rest] } = cleanRun();
  const run = { ...cleanRun(), lines: [begin!, eventLine(0, { event: "ticket_uses", uses: 100 }), ...rest] };
  const { violations, summary } = judgeRun(withMore(run, { lines, rows }));
  assertEquals(violations, []);
  assertEquals(summary.phases, [
    { uses: 100, due: 9, accepted: 2, arrivingMs: 500, ticketsUsedUp: 0 },
    { uses: 10, due: 9, accepted: 3, arrivingMs: 500, ticketsUsedUp: 2 },
  ]);
});
