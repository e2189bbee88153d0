import { assertEquals } from "@std/assert";
import {
  callLine,
  cleanRun,
  consistent,
  EPOCH,
  eventLine,
  found,
  judgeRun,
  ledgerRow,
  withMore,
} from "./small_run.ts";
import type { GraveVote } from "./ledger_row.ts";

Deno.test("a run that kept every promise has no violation", () => {
  const { violations, summary } = judgeRun(cleanRun());
  assertEquals(violations, []);
  const { requests, accepted, unknownSettled, gaveUpRefused, rows, counted } = summary;
  assertEquals({ requests, accepted, unknownSettled, gaveUpRefused, rows, counted }, {
    requests: 3,
    accepted: 2,
    unknownSettled: 1,
    gaveUpRefused: 1,
    rows: 2,
    counted: 2,
  });
  assertEquals(summary.answers, { ACCEPTED: 2, unknown: 1, TICKET_EXHAUSTED: 1 });
});

Deno.test("an accepted request without a counted row is lost", () => {
  assertEquals(found(withMore(cleanRun(), { lines: [callLine("d")] })), { lost: 1 });
});

Deno.test("an accepted request whose only row is a repeat is lost", () => {
  const row = ledgerRow("d", { version: 2, isRepeat: true });
  assertEquals(found(withMore(cleanRun(), { lines: [callLine("d")], rows: [row] })), { lost: 1 });
});

const DEAD: GraveVote = {
  epoch: EPOCH,
  version: 2,
  voteId: "v",
  requestId: "d",
  cause: "redis_disk",
  diedT: 1000,
};

Deno.test("a vote that died with a disk is listed apart from lost ones", () => {
  const run = withMore(cleanRun(), { lines: [callLine("d")] });
  const report = judgeRun({ ...run, graves: [DEAD] });
  assertEquals(report.violations, []);
  assertEquals(report.summary.diedWithDisk, 1);
});

Deno.test("a grave whose vote is in the ledger, or in Kafka, excuses nothing", () => {
  const row = ledgerRow("e", { version: 2, voteId: "v" });
  const run = withMore(cleanRun(), { lines: [callLine("d"), callLine("e")], rows: [row] });
  assertEquals(found({ ...run, graves: [DEAD] }), { lost: 1 });
  const relayed = withMore(cleanRun(), { lines: [callLine("d")] });
  assertEquals(found({ ...relayed, graves: [DEAD], inKafka: ["v"] }), { lost: 1 });
});

Deno.test("a vote that was accepted when its Redis was dead is another one than the dead", () => {
  const first = callLine("d", { outcome: "unknown" });
  const repeatAt = (t0: number) =>
    withMore(cleanRun(), { lines: [first, callLine("d", { t0, attempt: 1 })] });
  assertEquals(found({ ...repeatAt(1000), graves: [DEAD] }), {});
  assertEquals(found({ ...repeatAt(1051), graves: [DEAD] }), { lost: 1 });
  // The second one died too, with the next Redis, or it is the copy's.
  for (const voteId of ["v", "w"]) {
    for (
      const graves of [[DEAD, { ...DEAD, voteId, diedT: 1500 }], [{ ...DEAD, voteId, diedT: 1500 }, DEAD]]
    ) {
      assertEquals(found({ ...repeatAt(1051), graves }), {});
    }
  }
});

Deno.test("Kafka's declared loss excuses the very votes that it took", () => {
  const vote = { epoch: EPOCH, version: 2, voteId: "v", requestId: "d", names: ["ada"], counts: [1] };
  const lines = [callLine("d"), callLine("e"), eventLine(150, { event: "kafka_lost", votes: [vote] })];
  // From Redis's memory.
  const repeat = callLine("d", { t0: 1700, attempt: 1 });
  const run = withMore(cleanRun(), {
    lines: [...lines, repeat, callLine("f")],
    rows: [ledgerRow("f", { version: 3 })],
  });
  const hole = { epoch: EPOCH, firstVersion: 2, lastVersion: 2 };
  const report = judgeRun({ ...run, verify: { findings: [], holes: [hole], epochs: [] } });
  assertEquals(report.violations.map(({ kind, count }) => [kind, count]), [["lost", 1]]);
  assertEquals([report.summary.diedWithKafka, report.summary.diedWithDisk], [1, 0]);
});

Deno.test("Kafka's loss without a vote in it excuses nothing", () => {
  const lines = [eventLine(50, { event: "kafka_lost", votes: [] }), callLine("d"), callLine("f")];
  const run = withMore(cleanRun(), { lines, rows: [ledgerRow("f", { version: 3 })] });
  const hole = { epoch: EPOCH, firstVersion: 2, lastVersion: 2 };
  const verify = { findings: [], holes: [hole], epochs: [] };
  assertEquals(found({ ...run, verify }), { lost: 1, holes_differ: 1 });
});

Deno.test("a request that is counted twice is doubled, and told once", () => {
  const again = ledgerRow("a", { version: 2 });
  assertEquals(found(withMore(cleanRun(), { rows: [again] })), { doubled: 1 });
  const third = ledgerRow("a", { version: 3 });
  assertEquals(found(withMore(cleanRun(), { rows: [again, third] })), { doubled: 1 });
});

Deno.test("a repeat that is kept and not counted is no double", () => {
  const row = ledgerRow("a", { version: 2, isRepeat: true });
  const report = judgeRun(withMore(cleanRun(), { rows: [row] }));
  assertEquals(report.violations, []);
  assertEquals(report.summary.repeats, 1);
});

Deno.test("a voter who gave up unknown is counted once at most", () => {
  const lines = [callLine("d", { outcome: "unknown" }), callLine("d", { outcome: "NOT_READY", attempt: 1 })];
  assertEquals(found(withMore(cleanRun(), { lines })), {});
  const once = withMore(cleanRun(), { lines, rows: [ledgerRow("d", { version: 2 })] });
  assertEquals(found(once), {});
  assertEquals(judgeRun(once).summary.gaveUpUnknownCounted, 1);
  assertEquals(found(withMore(once, { rows: [ledgerRow("d", { version: 3 })] })), { unknown_doubled: 1 });
});

Deno.test("a request that was only refused has no row, not even a repeat", () => {
  for (const isRepeat of [false, true]) {
    const row = ledgerRow("c", { version: 2, isRepeat });
    assertEquals(found(withMore(cleanRun(), { rows: [row] })), { refused_but_stored: 1 });
  }
});

Deno.test("a row holds what was asked: names, counts, their order and the voter", () => {
  const asked = { names: ["ada", "bob"], counts: [1, 2], voter: "eve" };
  const lines = [callLine("d", { ...asked, totals: [3, 2] })];
  assertEquals(found(withMore(cleanRun(), { lines, rows: [ledgerRow("d", { version: 2, ...asked })] })), {});
  const wrong = [
    { names: ["ada", "eve"] },
    { counts: [1, 3] },
    { names: ["bob", "ada"], counts: [2, 1] },
    { voter: undefined },
  ];
  for (const change of wrong) {
    const row = ledgerRow("d", { version: 2, ...asked, ...change });
    assertEquals(found(withMore(cleanRun(), { lines, rows: [row] })), { lost: 1, content_differs: 1 });
  }
});

Deno.test("a row that nobody asked for is found, with a request id or without", () => {
  const rows = [ledgerRow("nobody", { version: 2 }), ledgerRow(undefined, { version: 3 })];
  assertEquals(found(withMore(cleanRun(), { rows })), { nobody_asked: 2 });
});

Deno.test("two votes with one version clash", () => {
  const row = ledgerRow("d", { version: 1, voteId: "another" });
  assertEquals(found(withMore(cleanRun(), { lines: [callLine("d")], rows: [row] })), { version_clash: 1 });
});

Deno.test("of one kind ten examples are kept, and all are counted", () => {
  const lines = Array.from({ length: 25 }, (_, index) => callLine(`lost-${index}`));
  const [violation] = judgeRun(withMore(cleanRun(), { lines })).violations;
  assertEquals([violation?.kind, violation?.count, violation?.examples.length], ["lost", 25, 10]);
});

Deno.test("totals are the sum of the counted rows, in votes and in Redis", () => {
  const run = consistent(cleanRun());
  const wrong = new Map([["ada", 3]]);
  assertEquals(found({ ...run, totals: { votes: wrong } }), { totals_differ: 1 });
  assertEquals(found({ ...run, totals: { votes: run.totals.votes, tally: wrong } }), { totals_differ: 1 });
  assertEquals(found({ ...run, totals: { votes: new Map([["ada", 2], ["bob", 1]]) } }), { totals_differ: 1 });
});
