import { assert, assertEquals } from "@std/assert";
import { describeAcceptance, describeRepair, describeReport } from "./describe.ts";
import type { Finding, VerifyReport } from "./report.ts";

const EPOCH = 7000;
const GOOD: VerifyReport = {
  agrees: true,
  settled: true,
  shard: 0,
  redis: {
    isOpen: true,
    incarnation: "a",
    epoch: EPOCH,
    lastVersion: 9,
    outboxLength: 1,
    outboxFirst: null,
    carriedCount: 0,
    names: 2,
    sum: 10,
  },
  ledger: { epoch: EPOCH, toCarryCount: 0, carriedCount: 0, names: 2, sum: 13, sumAfter: 3, repeatCount: 1 },
  epochs: [{
    epoch: EPOCH,
    state: "open",
    lastExpected: 9,
    highest: 9,
    storedCount: 10,
    missingCount: 0,
    acceptedCount: 0,
  }],
  holes: [],
  findings: [],
  looks: 1,
  tookMs: 120,
};

function describeOne(finding: Finding): string[] {
  const lines = describeReport({ ...GOOD, agrees: false, findings: [finding] });
  return lines.slice(lines.findIndex((line) => line.startsWith("- ")));
}

Deno.test("describeReport() says first whether all agree, and in which epoch", () => {
  assertEquals(describeReport(GOOD), [
    "Shard 0, epoch 7000, versions 0 to 9: Redis, votes and vote_events agree",
    "  Redis     2 names, sum 10; 1 entry in the outbox",
    "  Postgres  2 names, sum 13, 3 of it cast after Redis was read; 1 repeat kept and not counted",
    "  Compared  after 1 look in 0.1 s",
    "  Epochs    1, 10 votes stored; 1 without a gap",
  ]);
  const bad = describeReport({ ...GOOD, agrees: false, settled: false });
  assert(bad[0]?.endsWith("they do NOT agree"));
  assert(bad.at(-1)?.startsWith("Votes were still under way"));
});

Deno.test("describeReport() lists what was accepted as lost apart from what was not", () => {
  const holes = [{ epoch: 6000, first: 1, last: 2, accepted: true }, {
    epoch: 6000,
    first: 4,
    last: 4,
    accepted: true,
  }];
  assert(describeReport({ ...GOOD, holes }).includes("  Accepted  as lost in epoch 6000: 1-2, 4"));
  assertEquals(
    describeOne({
      kind: "versions_missing",
      epoch: 6000,
      state: "restored",
      count: 3,
      ranges: [{ first: 7, last: 9 }],
      inOutboxFrom: 8,
    }),
    [
      "- 3 versions of epoch 6000 (restored) missing in Postgres, and not accepted as lost",
      "    7-9",
      "    those from 8 on still lie in the outbox: not lost, but not relayed",
    ],
  );
});

Deno.test("describeReport() quotes names, so that none can speak to the terminal", () => {
  assertEquals(
    describeOne({
      kind: "only_in_redis",
      count: 1,
      names: [{ name: "\u001b[2Jada\n", redis: 3, votes: 0 }],
    }),
    ["- 1 name in Redis alone", '    "\\u001b[2Jada\\n": Redis 3, votes 0'],
  );
});

Deno.test("describeReport() shows twenty of many and counts the others", () => {
  const names = Array.from({ length: 100 }, (_, index) => ({ name: `name ${index}`, votes: 1, events: 2 }));
  const lines = describeOne({ kind: "votes_differ_from_events", count: 12_345, names });
  assertEquals(lines.length, 22);
  assertEquals(lines[1], '    "name 0": votes 1, vote_events 2');
  assertEquals(lines.at(-1), "    and 12325 more");
});

Deno.test("describeReport() has a line for every kind of finding", () => {
  const range = { clusterId: "c", topic: "t", partition: 3, firstOffset: "5", nextOffset: "9" };
  const findings: Finding[] = [
    { kind: "shard_closed", epoch: null },
    { kind: "epoch_differs", redis: null, ledger: EPOCH },
    { kind: "epoch_not_open", epoch: EPOCH },
    { kind: "redis_behind", epoch: EPOCH, redisLast: 1, ledgerHighest: 2 },
    { kind: "redis_moved" },
    { kind: "left_to_carry", count: 1 },
    { kind: "carried_differs", redis: 1, ledger: 2 },
    { kind: "version_clash", epoch: EPOCH, count: 1, versions: [4] },
    { kind: "records_forgotten", ranges: [range] },
    { kind: "total_differs", count: 1, names: [{ name: "ada", redis: 1, votes: 2 }] },
    { kind: "only_in_votes", count: 1, names: [{ name: "ada", redis: 0, votes: 2 }] },
  ];
  for (const finding of findings) {
    const [line] = describeOne(finding);
    assert(line && line.length > 20 && !line.includes("undefined"), finding.kind);
  }
  assertEquals(describeOne(findings[8]!).at(-1), '    partition 3 of "t": offsets 5 to 8');
});

Deno.test("describeAcceptance() and describeRepair() say what was done and what is left to do", () => {
  const ranges = [{ first: 1, last: 2 }];
  assertEquals(describeAcceptance({ kind: "holes_accepted", shard: 0, epoch: EPOCH, ranges, count: 2 }), [
    "Accepted the loss of 2 votes in 0/7000: 1-2",
  ]);
  const forgotten = { clusterId: "c", topic: "t", partition: 3, firstOffset: "5", nextOffset: "9" };
  assertEquals(describeAcceptance({ kind: "forgotten_accepted", ranges: [forgotten] }), [
    'Accepted the loss of offsets 5 to 8 of partition 3 of "t"; the persister reads on from 9',
  ]);
  assert(
    describeRepair({ kind: "no_guard", waitedMs: 2000 })[0]?.includes("no guard has opened it within 2.0 s"),
  );
});
