import { assertEquals } from "@std/assert";
import type { ChangeOutcome } from "./change.ts";
import { describeOutcome, describeStatus } from "./describe.ts";
import type { PollStatus } from "./status.ts";

const STATUS: PollStatus = {
  revision: "r",
  voting: "closed",
  results: "frozen",
  votingSince: "2026-11-24T20:00:00.000Z",
  resultsSince: "2026-11-24T19:30:00.000Z",
  applied: true,
  shards: [{
    shard: 0,
    obeys: true,
    votingSince: "2026-11-24T20:00:00.123Z",
    candidates: { kind: "listed", count: 12 },
  }],
};
const LATE: PollStatus = {
  ...STATUS,
  applied: false,
  shards: [{ shard: 0, obeys: false, votingSince: null, candidates: null }],
};

Deno.test("describeStatus() says what the poll is, since when, and whether every shard obeys", () => {
  assertEquals(describeStatus(STATUS), [
    "Voting: closed, since 2026-11-24T20:00:00.000Z",
    "Results: frozen, since 2026-11-24T19:30:00.000Z",
    "Candidates: listed, 12",
    "Every shard obeys",
  ]);
  assertEquals(describeStatus(LATE).slice(2), [
    "Candidates: unknown, no guard has opened the shard yet",
    "Not obeyed yet by shard 0",
  ]);
  const any = STATUS.shards.map((shard) => ({ ...shard, candidates: { kind: "any" } as const }));
  assertEquals(describeStatus({ ...STATUS, shards: any })[2], "Candidates: any");
});

Deno.test("describeOutcome() says of each change what holds from now on", () => {
  const applied: ChangeOutcome = { kind: "applied", status: STATUS };
  assertEquals(describeOutcome(applied, "close"), [
    "Voting is closed: no vote has been accepted since 2026-11-24T20:00:00.123Z by Redis's clock",
  ]);
  assertEquals(describeOutcome(applied, "open"), [
    "Voting is open, since 2026-11-24T20:00:00.123Z by Redis's clock",
  ]);
  assertEquals(describeOutcome(applied, "freeze"), [
    "Results are frozen: the totals of 2026-11-24T19:30:00.000Z are shown while votes count on",
  ]);
  assertEquals(describeOutcome(applied, "publish"), ["Results are live: every total is shown as it stands"]);
});

Deno.test("describeOutcome() promises nothing of a close that is not obeyed, or that was overtaken", () => {
  assertEquals(describeOutcome({ kind: "not_applied", status: LATE, waitedMs: 30_010 }, "close"), [
    "Recorded, but not obeyed by shard 0 within 30 s: votes may still be accepted",
    "The guard of a vote persister brings it to Redis as soon as both run",
  ]);
  assertEquals(
    describeOutcome({ kind: "superseded", status: { ...STATUS, voting: "open" } }, "close")[0],
    "Changed again meanwhile: voting is open, results are frozen",
  );
});
