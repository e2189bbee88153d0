import { assert, assertEquals } from "@std/assert";
import { EPOCH } from "../../shared/testing/votes.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { Finding, FindingKind, VerifyReport } from "./report.ts";
import { createVerifyScene, kindsOf, type VerifyScene } from "./testing/verify_scene.ts";

/** Ten votes, five for each of two names, then one thing broken; returns what one look finds. */
async function lookAfter(
  breakIt: (scene: VerifyScene, world: World) => Promise<unknown>,
): Promise<VerifyReport> {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(10);
  assertEquals((await scene.verify()).findings, []);
  await breakIt(scene, world);
  const report = await scene.verify();
  assertEquals(report.agrees, false);
  return report;
}

function finding<Kind extends FindingKind>(report: VerifyReport, kind: Kind): Finding & { kind: Kind } {
  const found = report.findings.find((each): each is Finding & { kind: Kind } => each.kind === kind);
  assert(found, `no ${kind} in ${JSON.stringify(report.findings)}`);
  return found;
}

Deno.test("verify() finds a tally that is off by one", async () => {
  const report = await lookAfter((_, { redis, keys }) => redis.redis.zincrby(keys.tally, 1, "bob"));
  assertEquals(report.findings, [
    { kind: "total_differs", count: 1, names: [{ name: "bob", redis: 6, votes: 5 }] },
  ]);
  assert(report.settled);
});

Deno.test("verify() finds names that only Redis or only votes holds, and takes a total of 0 for none", async () => {
  const inRedis = await lookAfter((_, { redis, keys }) =>
    redis.redis.zadd(keys.tally, 3, "ghost", 0, "nobody")
  );
  assertEquals(inRedis.findings, [
    { kind: "only_in_redis", count: 1, names: [{ name: "ghost", redis: 3, votes: 0 }] },
  ]);
  const inVotes = await lookAfter((_, { redis, keys }) => redis.redis.zrem(keys.tally, "ada"));
  assertEquals(inVotes.findings, [
    { kind: "only_in_votes", count: 1, names: [{ name: "ada", redis: 0, votes: 5 }] },
  ]);
});

Deno.test("verify() finds a row of votes that was changed, and says that Postgres contradicts itself", async () => {
  const report = await lookAfter(({ pool }) =>
    pool.query("update votes set count = 50 where username = 'ada'")
  );
  assertEquals(kindsOf(report), ["total_differs", "votes_differ_from_events"]);
  assertEquals(finding(report, "votes_differ_from_events").names, [{ name: "ada", votes: 50, events: 5 }]);
  const gone = await lookAfter(({ pool }) => pool.query("delete from votes where username = 'ada'"));
  assertEquals(finding(gone, "votes_differ_from_events").names, [{ name: "ada", votes: 0, events: 5 }]);
});

Deno.test("verify() finds a deleted event: a hole, and a total with nothing under it", async () => {
  const report = await lookAfter(({ pool }) =>
    pool.query("delete from vote_events where version in (4, 5, 8)")
  );
  assertEquals(kindsOf(report), ["versions_missing", "votes_differ_from_events"]);
  assertEquals(finding(report, "versions_missing"), {
    kind: "versions_missing",
    epoch: EPOCH,
    state: "open",
    count: 3,
    ranges: [{ first: 4, last: 5 }, { first: 8, last: 8 }],
    inOutboxFrom: null,
  });
  assertEquals(report.holes, [
    { epoch: EPOCH, first: 4, last: 5, accepted: false },
    { epoch: EPOCH, first: 8, last: 8, accepted: false },
  ]);
  const tail = await lookAfter(({ pool }) => pool.query("delete from vote_events where version = 9"));
  assertEquals(finding(tail, "versions_missing").ranges, [{ first: 9, last: 9 }]);
  const all = await lookAfter(({ pool }) => pool.query("delete from vote_events"));
  assertEquals(finding(all, "versions_missing").ranges, [{ first: 0, last: 9 }]);
});

Deno.test("verify() finds an event that was counted twice", async () => {
  const report = await lookAfter(({ pool }) =>
    pool.query("update votes set count = count + 1, version = version + 1 where username = 'bob'")
  );
  assertEquals(finding(report, "votes_differ_from_events").names, [{ name: "bob", votes: 6, events: 5 }]);
  assertEquals(finding(report, "total_differs").names, [{ name: "bob", redis: 5, votes: 6 }]);
});

Deno.test("verify() finds a version under two vote ids, even when every total agrees", async () => {
  const report = await lookAfter(async (scene, { redis, keys }) => {
    for (const at of [1, 2]) {
      await scene.pool.query(
        `with clash as (
           insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts)
           values (gen_random_uuid(), 0, $1, 7, to_timestamp($2), '{ada}', '{1}')
         ) update votes set count = count + 1 where username = 'ada'`,
        [EPOCH, at],
      );
      await redis.redis.zincrby(keys.tally, 1, "ada");
    }
  });
  assertEquals(report.findings, [{ kind: "version_clash", epoch: EPOCH, count: 1, versions: [7] }]);
});

Deno.test("verify() finds what is left to carry, and carried votes that one side does not know", async () => {
  const left = await lookAfter(({ pool }) =>
    pool.query("update vote_events set carry = 1 where version = 2")
  );
  assertEquals(left.findings, [{ kind: "left_to_carry", count: 1 }]);
  assert(!left.settled);
  const inLedger = await lookAfter(({ pool }) =>
    pool.query("update vote_events set carried = true where version = 2")
  );
  assertEquals(inLedger.findings, [{ kind: "carried_differs", redis: 0, ledger: 1 }]);
  const inRedis = await lookAfter((_, { redis, keys }) => redis.redis.sadd(keys.carried, "a vote"));
  assertEquals(inRedis.findings, [{ kind: "carried_differs", redis: 1, ledger: 0 }]);
});

Deno.test("verify() finds a closed shard, whether meta is gone or speaks of another process", async () => {
  const gone = await lookAfter((_, { redis, keys }) => redis.redis.del(keys.meta));
  assertEquals(kindsOf(gone), ["epoch_differs", "shard_closed"]);
  const restarted = await lookAfter((_, { redis, keys }) =>
    redis.redis.hset(keys.meta, "incarnation", "0".repeat(40))
  );
  assertEquals(restarted.findings, [{ kind: "shard_closed", epoch: EPOCH }]);
});

Deno.test("verify() finds an epoch that only one side is in, or that Postgres has sealed", async () => {
  const ahead = await lookAfter(({ pool }) => pool.query("update shards set epoch = epoch + 1"));
  assertEquals(ahead.findings, [{ kind: "epoch_differs", redis: EPOCH, ledger: EPOCH + 1 }]);
  const sealed = await lookAfter(({ pool }) => pool.query("update epochs set included_version = 9"));
  assertEquals(sealed.findings, [{ kind: "epoch_not_open", epoch: EPOCH }]);
  const later = await lookAfter((_, { redis, keys }) =>
    redis.redis.xadd(keys.outbox, `${EPOCH + 5}-0`, "vote", "{}", "at", "1")
  );
  assertEquals(finding(later, "epoch_differs").redis, EPOCH + 5);
});

Deno.test("verify() finds a Redis that went back behind Postgres", async () => {
  const report = await lookAfter(({ pool }) =>
    pool.query("update vote_events set version = version + 1 where version = 9")
  );
  assertEquals(finding(report, "redis_behind"), {
    kind: "redis_behind",
    epoch: EPOCH,
    redisLast: 9,
    ledgerHighest: 10,
  });
});

Deno.test("verify() finds what is missing of an epoch that was kept, up to its last vote", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  const late = await scene.relay();
  await scene.keep();
  await scene.fill(2);
  const report = await scene.verify();
  const missing = finding(report, "versions_missing");
  assertEquals([missing.epoch, missing.state, missing.ranges], [EPOCH, "kept", [{ first: 4, last: 6 }]]);
  assert(!report.settled);
  await scene.store(late);
  assertEquals((await scene.verify()).findings, []);
});

Deno.test("verify() finds votes of an epoch that is over which still lie in the outbox: neither total has them", async () => {
  const report = await lookAfter(async (_, { redis, keys }) => {
    await redis.redis.del(keys.outbox);
    await redis.redis.xadd(keys.outbox, `${EPOCH - 5}-3`, "vote", "{}", "at", "1");
  });
  assertEquals(finding(report, "outbox_of_older_epoch"), {
    kind: "outbox_of_older_epoch",
    epoch: EPOCH - 5,
    fromVersion: 3,
  });
  assert(!report.settled);
});

Deno.test("verify() finds records that Kafka forgot, and does not wait for what only an operator ends", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  await world.redis.redis.del(world.keys.meta);
  await scene.pool.query(
    `insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset)
     values ('lab', $1, 3, 10, 9007199254740993)`,
    [world.topic],
  );
  const report = await scene.verify({ waitMsMax: 20_000 });
  assertEquals(report.looks, 1);
  assertEquals(finding(report, "records_forgotten").ranges, [
    { clusterId: "lab", topic: world.topic, partition: 3, firstOffset: "10", nextOffset: "9007199254740993" },
  ]);
});

Deno.test("verify() names a hundred of many differing names and counts the others", async () => {
  const report = await lookAfter((_, { redis, keys }) =>
    redis.redis.zadd(keys.tally, ...Array.from({ length: 12_345 }, (_, index) => [1, `name ${index}`]).flat())
  );
  const only = finding(report, "only_in_redis");
  assertEquals([only.count, only.names.length], [12_345, 100]);
});
