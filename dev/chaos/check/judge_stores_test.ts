import { assertEquals } from "@std/assert";
import {
  callLine,
  cleanRun,
  EPOCH,
  eventLine,
  found,
  ledgerRow,
  type SmallRun,
  withMore,
} from "./small_run.ts";
import type { GraveVote, VerifySummary } from "./ledger_row.ts";

const HOLE = { epoch: EPOCH, firstVersion: 2, lastVersion: 2 };
const GRAVE: GraveVote = {
  epoch: EPOCH,
  version: 2,
  voteId: "dead",
  requestId: "d",
  cause: "redis_disk",
  diedT: 1000,
};

/** Version 2 is missing: "d" was accepted with it. */
function runWithHole(): SmallRun {
  const lines = [callLine("d"), callLine("e")];
  return withMore(cleanRun(), { lines, rows: [ledgerRow("e", { version: 3 })] });
}

function verified(change: Partial<VerifySummary>): VerifySummary {
  return { findings: [], holes: [], epochs: [], ...change };
}

Deno.test("what died with a disk is exactly what verify names", () => {
  const run = runWithHole();
  const verify = verified({ holes: [HOLE] });
  assertEquals(found({ ...run, graves: [GRAVE], verify }), {});
  assertEquals(found({ ...run, graves: [GRAVE] }), { holes_differ: 1, verify_disagrees: 1 });
  assertEquals(found({ ...run, verify }), { lost: 1, holes_differ: 1 });
});

Deno.test("a vote that died above the highest version in the ledger may leave no hole", () => {
  const graves = [{ ...GRAVE, version: 4 }];
  const run = withMore(cleanRun(), { lines: [callLine("d")] });
  assertEquals(found({ ...run, graves }), {});
  assertEquals(
    found({ ...run, graves, verify: verified({ holes: [{ ...HOLE, firstVersion: 4, lastVersion: 4 }] }) }),
    {},
  );
});

Deno.test("a hole that the ledger does not have is verify's mistake", () => {
  const verify = verified({ holes: [{ ...HOLE, firstVersion: 1, lastVersion: 1 }] });
  assertEquals(found({ ...cleanRun(), verify }), { verify_disagrees: 1 });
});

Deno.test("a hole that verify passes over is found in the ledger", () => {
  const rows = [ledgerRow("d", { version: 3 })];
  assertEquals(found(withMore(cleanRun(), { lines: [callLine("d")], rows })), { verify_disagrees: 1 });
});

Deno.test("where verify lists the first of many holes, its count stands for the rest", () => {
  const lines = [callLine("d"), callLine("e"), callLine("f")];
  const run = withMore(cleanRun(), { lines, rows: [ledgerRow("f", { version: 4 })] });
  const graves = [GRAVE, { ...GRAVE, version: 3, voteId: "dead too", requestId: "e" }];
  const counting = (missingCount: number) =>
    verified({ holes: [HOLE], epochs: [{ epoch: EPOCH, lastExpected: 4, missingCount }] });
  assertEquals(found({ ...run, graves, verify: counting(2) }), {});
  assertEquals(found({ ...run, graves, verify: counting(1) }), { holes_differ: 1, verify_disagrees: 2 });
});

Deno.test("whatever else verify finds is a violation", () => {
  const verify = verified({ findings: [{ kind: "total_differs", text: "ada: 3, wanted 2" }] });
  assertEquals(found({ ...cleanRun(), verify }), { verify_disagrees: 1 });
});

Deno.test("Kafka's declared loss explains the holes and the totals of its votes, and nothing else", () => {
  const lost = { epoch: EPOCH, version: 2, voteId: "dead", requestId: "d", names: ["ada"], counts: [1] };
  const lines = [eventLine(150, { event: "kafka_lost", votes: [lost] })];
  const run = withMore(runWithHole(), { lines });
  const verify = verified({ holes: [HOLE] });
  const judged = (before: number, change: Partial<SmallRun> = {}) => {
    const totals = { ...run.totals, tallyBefore: new Map([["ada", before]]) };
    return found({ ...run, totals, verify, ...change });
  };
  // The counted rows sum up to 3; Redis may have taken its totals from Postgres since.
  assertEquals([3, 4].map((before) => judged(before)), [{}, {}]);
  assertEquals([2, 5].map((before) => judged(before)), [{ totals_differ: 1 }, { totals_differ: 1 }]);
  const tally = new Map([["ada", 4]]);
  assertEquals(found({ ...run, verify, totals: { ...run.totals, tally } }), { totals_differ: 1 });
  const other = verified({ holes: [HOLE, { ...HOLE, firstVersion: 4, lastVersion: 4 }] });
  assertEquals(judged(4, { verify: other }), { holes_differ: 1 });
  // It arrived after all: relayed again, from the outbox.
  const arrived = withMore(run, { rows: [ledgerRow("d", { version: 2, voteId: "dead" })] });
  const tallyBefore = new Map([["ada", 5]]);
  assertEquals(found({ ...arrived, totals: { ...arrived.totals, tallyBefore } }), { totals_differ: 1 });
});
