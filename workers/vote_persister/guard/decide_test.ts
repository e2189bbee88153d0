import { assertEquals } from "@std/assert";
import { CLOCK_STEP_BACK_MS_MAX } from "../../../shared/ticket/clock.ts";
import { parsePoll } from "../../../shared/redis/poll_scripts.ts";
import type { ShardState } from "../../../shared/redis/shard_scripts.ts";
import { type CarriedVotes, lastVersion, type LedgerState, mayKeep, nextEpoch, whyReopen } from "./decide.ts";

/** A shard in which all is well: epoch 100, versions up to 9 counted, up to 7 stored. */
const LEDGER: LedgerState = {
  epoch: 100,
  epochMax: 100,
  versionMax: 7,
  toCarryCount: 0,
  carriedCount: 0,
  hasForgotten: false,
  poll: { revision: "r", voting: "open", results: "live", frozenRevision: undefined, applied: undefined },
};
const REDIS: ShardState = {
  isOpen: true,
  epoch: 100,
  newestOpensAt: 50_000,
  last: { epoch: 100, version: 9 },
  carriedCount: 0,
  timeMs: 49_000,
  poll: parsePoll([]),
};
const NONE: CarriedVotes = { inRedis: new Set(), inLedger: new Set(), toCarry: new Set() };

Deno.test("whyReopen() leaves a shard alone in which all is well", () => {
  assertEquals(whyReopen(LEDGER, REDIS), undefined);
  assertEquals(whyReopen({ ...LEDGER, versionMax: 9 }, REDIS), undefined);
  assertEquals(whyReopen({ ...LEDGER, versionMax: -1 }, { ...REDIS, last: undefined }), undefined);
  assertEquals(whyReopen(LEDGER, { ...REDIS, newestOpensAt: -1 }), undefined);
  assertEquals(whyReopen(LEDGER, { ...REDIS, newestOpensAt: undefined }), undefined);
});

Deno.test("whyReopen() finds each reason by itself", () => {
  const cases: [string, Partial<LedgerState>, Partial<ShardState>][] = [
    ["closed", {}, { isOpen: false }],
    ["closed", {}, { isOpen: false, epoch: undefined, last: undefined, newestOpensAt: undefined }],
    ["epoch_differs", { epoch: 101, epochMax: 101, versionMax: -1 }, {}],
    ["epoch_differs", { epoch: 99, versionMax: -1 }, {}],
    ["epoch_differs", { epoch: 0, epochMax: 0, versionMax: -1 }, {}],
    ["epoch_differs", {}, { last: { epoch: 101, version: 0 } }],
    ["epoch_differs", { epochMax: 101 }, {}],
    ["redis_behind", { versionMax: 10 }, {}],
    ["redis_behind", { versionMax: 0 }, { last: undefined }],
    ["redis_behind", { versionMax: 0 }, { last: { epoch: 99, version: 5000 } }],
    ["carried_differs", {}, { carriedCount: 1 }],
    ["carried_differs", { carriedCount: 3 }, { carriedCount: 2 }],
    ["clock_stepped_back", {}, { timeMs: 50_000 - CLOCK_STEP_BACK_MS_MAX - 1 }],
  ];
  for (const [reason, ledger, redis] of cases) {
    assertEquals(whyReopen({ ...LEDGER, ...ledger }, { ...REDIS, ...redis }), reason as "closed");
  }
});

Deno.test("whyReopen() compares what was carried only when nothing is left to carry", () => {
  assertEquals(
    whyReopen({ ...LEDGER, toCarryCount: 1, carriedCount: 4 }, { ...REDIS, carriedCount: 5 }),
    undefined,
  );
  assertEquals(whyReopen({ ...LEDGER, carriedCount: 5 }, { ...REDIS, carriedCount: 5 }), undefined);
});

Deno.test("whyReopen() bears a clock that stepped back by a minute", () => {
  assertEquals(whyReopen(LEDGER, { ...REDIS, timeMs: 50_000 - CLOCK_STEP_BACK_MS_MAX }), undefined);
  assertEquals(CLOCK_STEP_BACK_MS_MAX, 60_000);
});

Deno.test("mayKeep() keeps a tally that is exact, closed or not", () => {
  for (const isOpen of [true, false]) assertEquals(mayKeep(LEDGER, { ...REDIS, isOpen }, NONE), true);
  assertEquals(mayKeep({ ...LEDGER, versionMax: 9 }, REDIS, NONE), true);
  assertEquals(mayKeep({ ...LEDGER, versionMax: -1 }, { ...REDIS, last: undefined }, NONE), true);
});

Deno.test("mayKeep() lets each doubt by itself lead to a restore", () => {
  const ledgers: Partial<LedgerState>[] = [
    { epoch: 101, epochMax: 101, versionMax: -1 },
    { epoch: 99, versionMax: -1 },
    { epochMax: 101 },
    { versionMax: 10 },
  ];
  for (const ledger of ledgers) assertEquals(mayKeep({ ...LEDGER, ...ledger }, REDIS, NONE), false);
  const states: Partial<ShardState>[] = [
    { epoch: undefined },
    { epoch: 99 },
    { last: undefined },
    { last: { epoch: 99, version: 9 } },
    { last: { epoch: 100, version: 6 } },
  ];
  for (const state of states) assertEquals(mayKeep(LEDGER, { ...REDIS, ...state }, NONE), false);
});

Deno.test("mayKeep() never keeps where nothing was ever opened", () => {
  const nothing = { ...REDIS, isOpen: false, epoch: undefined, last: undefined };
  assertEquals(mayKeep({ ...LEDGER, epoch: 0, epochMax: 0, versionMax: -1 }, nothing, NONE), false);
});

Deno.test("mayKeep() wants Redis to have carried what Postgres calls carried, and nothing else", () => {
  const keep = (inRedis: string[], inLedger: string[], toCarry: string[]) =>
    mayKeep(LEDGER, REDIS, {
      inRedis: new Set(inRedis),
      inLedger: new Set(inLedger),
      toCarry: new Set(toCarry),
    });
  assertEquals(keep(["a", "b"], ["a", "b"], []), true);
  // Carried, but the mark that says so was not written yet.
  assertEquals(keep(["a", "b"], ["a"], ["b"]), true);
  assertEquals(keep(["a"], ["a"], ["c"]), true);
  assertEquals(keep(["a"], ["a", "b"], []), false);
  assertEquals(keep([], ["a"], ["a"]), false);
  assertEquals(keep(["a", "x"], ["a"], []), false);
});

Deno.test("lastVersion() is that of the epoch asked for, or -1", () => {
  assertEquals(lastVersion(REDIS, 100), 9);
  assertEquals(lastVersion(REDIS, 101), -1);
  assertEquals(lastVersion({ ...REDIS, last: undefined }, 100), -1);
});

Deno.test("nextEpoch() is the latest of the clocks", () => {
  assertEquals(nextEpoch({ ledger: LEDGER, redis: REDIS, clocksMs: [500, 700, 600] }), 700);
});

Deno.test("nextEpoch() is above every epoch that anything remembers, whatever the clocks say", () => {
  const next = (ledger: Partial<LedgerState>, redis: Partial<ShardState>) =>
    nextEpoch({ ledger: { ...LEDGER, ...ledger }, redis: { ...REDIS, ...redis }, clocksMs: [1, 2, 3] });
  assertEquals(next({}, {}), 101);
  assertEquals(next({ epoch: 900 }, {}), 901);
  assertEquals(next({ epochMax: 900 }, {}), 901);
  assertEquals(next({}, { epoch: 900 }), 901);
  assertEquals(next({}, { last: { epoch: 900, version: 0 } }), 901);
  assertEquals(next({ epoch: 0, epochMax: 0 }, { epoch: undefined, last: undefined }), 3);
  // A clock that stands exactly on an epoch that was used.
  assertEquals(nextEpoch({ ledger: LEDGER, redis: REDIS, clocksMs: [100, 100, 100] }), 101);
});
