import { assert, assertEquals, assertRejects } from "@std/assert";
import { EPOCH } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createVerifyScene, kindsOf } from "./testing/verify_scene.ts";

Deno.test("verify() agrees with an open shard that nobody has voted in", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  const report = await scene.verify();
  assertEquals(report.findings, []);
  assert(report.agrees && report.settled);
  assertEquals([report.redis.epoch, report.redis.lastVersion, report.ledger.sum], [EPOCH, -1, 0]);
});

Deno.test("verify() agrees with a quiet system, over kept and restored epochs", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(5);
  await scene.cast({ names: ["🗳️ žofie", "ada"], counts: [100, 7] });
  await scene.store(await scene.relay());
  await scene.keep();
  await scene.fill(3);
  await scene.restore();
  await scene.fill(2);
  await scene.keep();
  const report = await scene.verify();
  assertEquals(report.findings, []);
  assert(report.agrees);
  assertEquals([report.redis.names, report.redis.sum, report.ledger.sum], [3, 117, 117]);
  // The restore sealed the epoch that had been kept before as well.
  assertEquals(report.epochs.map(({ state, lastExpected }) => [state, lastExpected]), [
    ["restored", 5],
    ["restored", 2],
    ["kept", 1],
    ["open", -1],
  ]);
});

Deno.test("verify() takes off what was cast after Redis was read, names that were new among it", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  const { redis } = world.redis;
  let isCast = false;
  // Between the look at Redis and the one at Postgres.
  const late = Object.create(scene.pool, {
    connect: {
      value: async () => {
        if (!isCast) {
          isCast = true;
          for (const name of ["ada", "new"]) await scene.cast({ names: [name], counts: [3] });
          await scene.store(await scene.relay());
        }
        return await scene.pool.connect();
      },
    },
  });
  const report = await scene.verify({ pool: late });
  assertEquals(report.findings, []);
  assertEquals([report.redis.sum, report.ledger.sum, report.ledger.sumAfter], [4, 10, 6]);
  assertEquals(await redis.zscore(world.keys.tally, "new"), "3");
});

Deno.test("verify() waits for votes that are under way, and names them when the wait is over", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(3);
  await scene.cast({ names: ["ada"], counts: [5] });
  const early = await scene.verify();
  assertEquals(kindsOf(early), ["total_differs", "versions_missing"]);
  assert(!early.settled);
  assertEquals(early.findings[0], {
    kind: "versions_missing",
    epoch: EPOCH,
    state: "open",
    count: 1,
    ranges: [{ first: 3, last: 3 }],
    inOutboxFrom: 3,
  });

  const waiting = scene.verify({ waitMsMax: 60_000 });
  await waitFor(() => world.log.has("look_unsettled"), { what: "a look that does not settle" });
  await scene.store(await scene.relay());
  const report = await waiting;
  assertEquals(report.findings, []);
  assert(report.looks > 1);
});

Deno.test("verify() starts over when Redis carried votes while Postgres was read", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  const { redis } = world.redis;
  await scene.pool.query("update vote_events set carry = 1 where version = 1");
  await redis.zincrby(world.keys.tally, -1, "bob");
  const waiting = scene.verify({ waitMsMax: 60_000 });
  await waitFor(() => world.log.has("look_unsettled"), { what: "a look that does not settle" });
  await redis.multi().zincrby(world.keys.tally, 1, "bob").sadd(world.keys.carried, "a vote").exec();
  await scene.pool.query("update vote_events set carry = 0, carried = true where version = 1");
  const report = await waiting;
  assertEquals(report.findings, []);
  assertEquals([report.redis.carriedCount, report.ledger.carriedCount], [1, 1]);
});

Deno.test("verify() never compares across a change of epoch", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  let reopened = false;
  const reopening = Object.create(scene.pool, {
    connect: {
      value: async () => {
        if (!reopened) {
          reopened = true;
          await scene.restore();
        }
        return await scene.pool.connect();
      },
    },
  });
  const report = await scene.verify({ pool: reopening });
  assert(!report.settled);
  assert(kindsOf(report).includes("redis_moved"));
  reopened = false;
  const next = await scene.verify({ pool: reopening, waitMsMax: 60_000 });
  assertEquals(next.findings, []);
  assertEquals(next.redis.epoch, EPOCH + 2);
});

Deno.test("verify() counts repeats as stored and not as votes", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  // Redis had forgotten the first one and counted the second; its effect was carried back.
  await scene.cast({ names: ["ada"] });
  const [repeat] = await scene.relay();
  await scene.pool.query(
    `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, repeat_of, carried)
     values ($1, 0, $2, 2, now(), '{ada}', '{1}', gen_random_uuid(), true)`,
    [repeat?.id, EPOCH],
  );
  await world.redis.redis.multi().zincrby(world.keys.tally, -1, "ada").sadd(world.keys.carried, "it").exec();
  const report = await scene.verify();
  assertEquals(report.findings, []);
  assertEquals([report.ledger.repeatCount, report.ledger.sum], [1, 2]);
});

Deno.test("verify() ends with the signal's reason, and says what a store says that never will answer", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(1);
  await scene.cast();
  const stopping = new AbortController();
  const waiting = scene.verify({ waitMsMax: 600_000, signal: stopping.signal });
  await waitFor(() => world.log.has("look_unsettled"), { what: "a look that does not settle" });
  stopping.abort(new Error("stopped"));
  await assertRejects(() => waiting, Error, "stopped");
  await scene.pool.query("drop table shards");
  await assertRejects(() => scene.verify({ waitMsMax: 600_000 }), Error, "shards");
});
