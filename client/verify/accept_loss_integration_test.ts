import { assert, assertEquals } from "@std/assert";
import { EPOCH } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { acceptForgotten, acceptHoles } from "./accept_loss.ts";
import { createVerifyScene, kindsOf, type VerifyScene } from "./testing/verify_scene.ts";

/** Six votes of which 1, 2 and 4 died with a disk; the shard was restored since. */
async function loseVotes(scene: VerifyScene): Promise<void> {
  for (let vote = 0; vote < 6; vote++) await scene.cast();
  const votes = await scene.relay();
  await scene.store(votes.filter(({ version }) => ![1, 2, 4].includes(version)));
  await scene.restore();
}

async function accept(scene: VerifyScene, { shard = 0, epoch = EPOCH } = {}) {
  const report = await scene.verify();
  return await acceptHoles(scene.pool, { report, loss: { kind: "epoch", shard, epoch } });
}

Deno.test("holes of a restored epoch fail until they are accepted, and another hole fails again", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await loseVotes(scene);
  await scene.fill(3);
  const found = await scene.verify();
  assertEquals(kindsOf(found), ["versions_missing"]);
  // Neither store counts them, so the totals are comparable.
  assert(found.settled);

  const ranges = [{ first: 1, last: 2 }, { first: 4, last: 4 }];
  assertEquals(await accept(scene), { kind: "holes_accepted", shard: 0, epoch: EPOCH, ranges, count: 3 });
  const accepted = await scene.verify();
  assertEquals(accepted.findings, []);
  assertEquals(accepted.holes, ranges.map((range) => ({ epoch: EPOCH, ...range, accepted: true })));
  assertEquals(accepted.epochs[0]?.acceptedCount, 3);

  await scene.pool.query(
    `with gone as (delete from vote_events where epoch = $1 and version = 3)
     update votes set count = count - 1 where username = 'ada'`,
    [EPOCH],
  );
  await world.redis.redis.zincrby(world.keys.tally, -1, "ada");
  const again = await scene.verify();
  assertEquals(again.findings, [{
    kind: "versions_missing",
    epoch: EPOCH,
    state: "restored",
    count: 1,
    ranges: [{ first: 3, last: 3 }],
    inOutboxFrom: null,
  }]);
  const further = await accept(scene);
  assertEquals(further.kind === "holes_accepted" && further.ranges, [{ first: 3, last: 3 }]);
  assertEquals((await scene.verify()).findings, []);
});

Deno.test("a vote that arrives after its loss was accepted is stored, and fills its hole", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  const votes = await scene.relay();
  await scene.store([votes[2]!]);
  await accept(scene);
  // Redis holds what Postgres will never hold: accepted, and yet the totals differ.
  assertEquals(kindsOf(await scene.verify()), ["total_differs"]);
  await scene.store(votes.slice(0, 2));
  const report = await scene.verify();
  assertEquals([report.findings, report.holes], [[], []]);
});

Deno.test("acceptHoles() is idempotent, whatever two operators do at once", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await loseVotes(scene);
  const report = await scene.verify();
  const loss = { kind: "epoch", shard: 0, epoch: EPOCH } as const;
  await Promise.all([1, 2, 3].map(() => acceptHoles(scene.pool, { report, loss })));
  const { rows } = await scene.pool.query(
    "select first_version::int as first, last_version::int as last from accepted_losses order by 1",
  );
  assertEquals(rows, [{ first: 1, last: 2 }, { first: 4, last: 4 }]);
});

Deno.test("acceptHoles() accepts what the report saw, and nothing that went missing above it since", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  await scene.store((await scene.relay()).filter(({ version }) => version !== 1));
  const report = await scene.verify();
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  await scene.store((await scene.relay()).filter(({ version }) => version !== 4));
  const acceptance = await acceptHoles(scene.pool, {
    report,
    loss: { kind: "epoch", shard: 0, epoch: EPOCH },
  });
  assertEquals(acceptance.kind === "holes_accepted" && acceptance.ranges, [{ first: 1, last: 1 }]);
});

Deno.test("acceptHoles() refuses what it does not know, what has no hole, and what still lies in the outbox", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  const reasonOf = async (loss: { shard?: number; epoch?: number }) => {
    const acceptance = await accept(scene, loss);
    return acceptance.kind === "acceptance_refused" && acceptance.reason;
  };
  assertEquals(await reasonOf({ epoch: 7 }), "Accept the loss of 0/7: there is no such epoch");
  assertEquals(await reasonOf({ shard: 1 }), `Accept the loss of 1/${EPOCH}: there is no such epoch`);
  assertEquals(await reasonOf({}), `Accept the loss of 0/${EPOCH}: no version is missing`);
  await scene.cast();
  assert((await reasonOf({}) || "").includes("still lies in the outbox"));
  const { rowCount } = await scene.pool.query("select from accepted_losses");
  assertEquals(rowCount, 0);
});

Deno.test("acceptHoles() leaves out what still lies in the outbox", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  await scene.store((await scene.relay()).filter(({ version }) => version !== 1));
  for (let vote = 0; vote < 2; vote++) await scene.cast();
  const acceptance = await accept(scene);
  assertEquals(acceptance.kind === "holes_accepted" && acceptance.ranges, [{ first: 1, last: 1 }]);
});

Deno.test("acceptForgotten() records the acceptance and moves the offsets on, in one statement, never back", async () => {
  await using world = await createWorld();
  const { pool } = await createVerifyScene(world);
  const offsets = async () => {
    const { rows } = await pool.query<{ text: string }>(
      "select partition || ':' || next_offset as text from consumed order by cluster_id, partition",
    );
    return rows.map(({ text }) => text);
  };
  assertEquals((await acceptForgotten(pool)).kind, "acceptance_refused");
  await pool.query(
    `insert into consumed (cluster_id, topic, partition, next_offset)
     values ('lab', 'votes', 0, 10), ('lab', 'votes', 1, 99), ('other', 'votes', 0, 1)`,
  );
  await pool.query(
    `insert into forgotten_records (cluster_id, topic, partition, first_offset, next_offset)
     values ('lab', 'votes', 0, 10, 20), ('lab', 'votes', 0, 15, 30), ('lab', 'votes', 1, 5, 20),
       ('lab', 'votes', 2, 0, 9007199254740993)`,
  );
  const acceptance = await acceptForgotten(pool);
  assertEquals(acceptance.kind === "forgotten_accepted" && acceptance.ranges.length, 4);
  assertEquals(await offsets(), ["0:30", "1:99", "2:9007199254740993", "0:1"]);
  assertEquals((await acceptForgotten(pool)).kind, "acceptance_refused");
});
