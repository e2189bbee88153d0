import { assertEquals } from "@std/assert";
import { parsePoll } from "../../shared/redis/poll_scripts.ts";
import {
  countedUpTo,
  epochState,
  inOutboxFrom,
  isSettled,
  judgeAfter,
  judgeLedger,
  lastVersion,
  mayPass,
  type RedisAfter,
  type RedisMoment,
} from "./judge.ts";
import type { LedgerEpoch, LedgerState } from "./ledger.ts";
import type { Finding } from "./report.ts";

const EPOCH = 7000;

function redisMoment(fields: Partial<RedisMoment> = {}): RedisMoment {
  return {
    isOpen: true,
    incarnation: "a",
    epoch: EPOCH,
    last: { epoch: EPOCH, version: 9 },
    outboxLength: 0,
    outboxFirst: undefined,
    carriedCount: 0,
    ...fields,
  };
}

function ledgerEpoch(fields: Partial<LedgerEpoch> = {}): LedgerEpoch {
  return {
    epoch: EPOCH,
    isKnown: true,
    includedVersion: null,
    storedCount: 10,
    highest: 9,
    lastExpected: 9,
    missingCount: 0,
    missing: [],
    acceptedCount: 0,
    accepted: [],
    clashCount: 0,
    clashes: [],
    ...fields,
  };
}

function ledgerState(fields: Partial<LedgerState> = {}): LedgerState {
  return {
    epoch: EPOCH,
    toCarryCount: 0,
    carriedCount: 0,
    epochs: [ledgerEpoch()],
    forgotten: [],
    ...fields,
  };
}

function redisAfter(fields: Partial<RedisAfter["state"]> = {}, incarnation = "a"): RedisAfter {
  const last = { epoch: EPOCH, version: 12 };
  return {
    incarnation,
    state: {
      isOpen: true,
      epoch: EPOCH,
      newestOpensAt: -1,
      last,
      carriedCount: 0,
      timeMs: 1,
      poll: parsePoll([]),
      ...fields,
    },
  };
}

Deno.test("judgeLedger() finds nothing where both stores hold the same votes", () => {
  assertEquals(judgeLedger(redisMoment(), ledgerState()), []);
});

Deno.test("judgeLedger() tells an outbox of a later epoch, which takes no vote of this one", () => {
  const redis = redisMoment({ last: { epoch: EPOCH + 1, version: 0 } });
  assertEquals(judgeLedger(redis, ledgerState()), [
    { kind: "epoch_differs", redis: EPOCH + 1, ledger: EPOCH },
  ]);
  const earlier = redisMoment({ last: { epoch: EPOCH - 1, version: 5 } });
  assertEquals(judgeLedger(earlier, ledgerState()), []);
});

Deno.test("judgeLedger() tells epochs that are not there at all", () => {
  const bare = { isOpen: false, epoch: undefined, last: undefined };
  assertEquals(judgeLedger(redisMoment(bare), ledgerState()), [
    { kind: "shard_closed", epoch: null },
    { kind: "epoch_differs", redis: null, ledger: EPOCH },
  ]);
  assertEquals(judgeLedger(redisMoment(), ledgerState({ epoch: undefined, epochs: [] })), [
    { kind: "epoch_differs", redis: EPOCH, ledger: null },
  ]);
  const unknown = ledgerState({ epochs: [ledgerEpoch({ isKnown: false })] });
  assertEquals(judgeLedger(redisMoment(), unknown), [{ kind: "epoch_not_open", epoch: EPOCH }]);
});

Deno.test("judgeLedger() says of a hole whether its votes still lie in the outbox", () => {
  const ranges = [{ first: 3, last: 3 }];
  const ledger = ledgerState({ epochs: [ledgerEpoch({ missingCount: 1, missing: ranges })] });
  const missing = (version: number | null) => ({
    kind: "versions_missing",
    epoch: EPOCH,
    state: "open",
    count: 1,
    ranges,
    inOutboxFrom: version,
  } as Finding);
  assertEquals(judgeLedger(redisMoment(), ledger), [missing(null)]);
  assertEquals(judgeLedger(redisMoment({ outboxFirst: { epoch: EPOCH, version: 3 } }), ledger), [missing(3)]);
  // Cast after the last version that is compared.
  assertEquals(judgeLedger(redisMoment({ outboxFirst: { epoch: EPOCH, version: 10 } }), ledger), [
    missing(null),
  ]);
});

Deno.test("inOutboxFrom() knows that the outbox is trimmed from its head, across epochs", () => {
  const from = (first: RedisMoment["outboxFirst"]) =>
    inOutboxFrom(redisMoment({ outboxFirst: first }), EPOCH);
  assertEquals(from(undefined), null);
  assertEquals(from({ epoch: EPOCH - 1, version: 40 }), 0);
  assertEquals(from({ epoch: EPOCH, version: 40 }), 40);
  assertEquals(from({ epoch: EPOCH + 1, version: 0 }), null);
});

Deno.test("judgeAfter() calls a Redis moved that was opened anew, restarted, closed or carried votes", () => {
  const moved: Finding[] = [{ kind: "redis_moved" }];
  assertEquals(judgeAfter(redisMoment(), ledgerState(), redisAfter()), []);
  assertEquals(judgeAfter(redisMoment(), ledgerState(), redisAfter({ epoch: EPOCH + 1 })), moved);
  assertEquals(judgeAfter(redisMoment(), ledgerState(), redisAfter({ isOpen: false })), moved);
  assertEquals(judgeAfter(redisMoment(), ledgerState(), redisAfter({ carriedCount: 1 })), moved);
  assertEquals(judgeAfter(redisMoment(), ledgerState(), redisAfter({}, "b")), moved);
});

Deno.test("judgeAfter() tells what Postgres holds and Redis has not given even now", () => {
  const ledger = ledgerState({ epochs: [ledgerEpoch({ highest: 13 })] });
  assertEquals(judgeAfter(redisMoment(), ledger, redisAfter()), [
    { kind: "redis_behind", epoch: EPOCH, redisLast: 12, ledgerHighest: 13 },
  ]);
  const later = redisAfter({ last: { epoch: EPOCH, version: 13 } });
  assertEquals(judgeAfter(redisMoment(), ledger, later), []);
});

Deno.test("isSettled() allows holes of restored epochs, which neither store counts, and no others", () => {
  const missing = (state: "open" | "kept" | "restored"): Finding => ({
    kind: "versions_missing",
    epoch: EPOCH,
    state,
    count: 1,
    ranges: [],
    inOutboxFrom: null,
  });
  assertEquals(isSettled([]), true);
  assertEquals(isSettled([missing("restored")]), true);
  for (const state of ["open", "kept"] as const) assertEquals(isSettled([missing(state)]), false);
  assertEquals(isSettled([{ kind: "left_to_carry", count: 1 }]), false);
  assertEquals(isSettled([{ kind: "total_differs", count: 1, names: [] }]), true);
});

Deno.test("mayPass() waits for what time may mend, and not where an operator has to act", () => {
  assertEquals(mayPass([]), false);
  assertEquals(mayPass([{ kind: "version_clash", epoch: EPOCH, count: 1, versions: [1] }]), false);
  const closed: Finding = { kind: "shard_closed", epoch: EPOCH };
  assertEquals(mayPass([closed]), true);
  assertEquals(mayPass([closed, { kind: "records_forgotten", ranges: [] }]), false);
});

Deno.test("lastVersion() and countedUpTo() count in the epoch that Redis is in, and in no other", () => {
  assertEquals(lastVersion({ epoch: EPOCH, version: 3 }, EPOCH), 3);
  assertEquals(lastVersion({ epoch: EPOCH - 1, version: 3 }, EPOCH), -1);
  assertEquals(lastVersion(undefined, undefined), -1);
  assertEquals(countedUpTo(2, redisMoment()), { shard: 2, epoch: EPOCH, lastVersion: 9 });
});

Deno.test("epochState() calls kept what Redis holds votes of", () => {
  assertEquals(epochState(redisMoment(), ledgerEpoch()), "open");
  const other = (includedVersion: number | null) =>
    epochState(redisMoment(), ledgerEpoch({ epoch: EPOCH - 1, includedVersion }));
  assertEquals(other(0), "kept");
  assertEquals(other(-1), "restored");
  // Open, and yet not the one that Redis counts in: nothing says how far it went.
  assertEquals(other(null), "restored");
});
