import { assert, assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import type { PostgresClient, PostgresPool } from "../../../shared/postgres/pool.ts";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { storedVotes } from "../../../shared/testing/votes.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { storeVotes } from "../store_votes.ts";
import { createGuardScene, type GuardScene } from "../testing/guard_scene.ts";
import { batchOf } from "../testing/ledger.ts";
import { createGuardLedger } from "./ledger.ts";
import { createGuardMetrics } from "./metrics.ts";
import { reopen } from "./reopen.ts";

async function processIdOf(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? -1;
}

/** Resolves when somebody waits for a lock that this process holds, or when what should wait has ended instead. */
async function untilBlockedBy(scene: GuardScene, pid: number, ended: () => boolean): Promise<void> {
  await waitFor(async () => {
    const { rows } = await scene.ledger.pool.query(
      "select from pg_stat_activity where datname = current_database() and $1 = any(pg_blocking_pids(pid))",
      [pid],
    );
    return rows.length > 0 || ended();
  }, { what: "somebody to wait for a lock" });
}

/** A shard with one stored vote and another that has been relayed; Redis is empty or has just restarted. */
async function createScene(
  world: World,
  loss: "wiped" | "restarted",
): Promise<{ scene: GuardScene; epoch: number }> {
  const scene = await createGuardScene(world);
  const epoch = await scene.open();
  await scene.cast({ names: ["ada"] });
  await scene.relay();
  await scene.store();
  await scene.cast({ names: ["ada"] });
  await scene.relay();
  if (loss === "wiped") await scene.wipe();
  else await scene.pretendRestart();
  return { scene, epoch };
}

/** Redis's tally with what Postgres has marked to carry is what Postgres counts. */
async function assertExact(scene: GuardScene): Promise<void> {
  const missing = (await scene.ledger.events()).reduce((sum, { carry }) => sum + carry, 0);
  const redis = new Map(await scene.tally()).get("ada") ?? 0;
  assertEquals(await scene.ledger.totals(), [["ada", redis + missing]]);
}

Deno.test("a statement that begins when the guard has read the totals waits for it, and marks its vote to carry", async () => {
  await using world = await createWorld();
  const { scene } = await createScene(world, "wiped");
  const client = await scene.ledger.pool.connect();
  world.defer(() => client.release());
  const pid = await processIdOf(client);
  let stored = false;
  let storing = Promise.resolve();
  const watched = Object.create(client, {
    query: {
      async value(...args: [string | { text: string }, unknown[]]) {
        const result = await client.query(...args as [string, unknown[]]);
        const text = typeof args[0] === "string" ? args[0] : args[0].text;
        if (text.startsWith("select username, count from votes")) {
          storing = scene.store().then(() => void (stored = true));
          await untilBlockedBy(scene, pid, () => stored);
        }
        return result;
      },
    },
  }) as PostgresClient;
  // The guard has its connection; here it is one that lets the test act between two statements.
  const outcome = await reopen({
    shard: 0,
    ledger: createGuardLedger(watched, 0),
    scripts: createGuardScripts(world.redis, world.keys),
    drain: () => Promise.resolve(),
    now: Date.now,
    metrics: createGuardMetrics(new Registry()),
    log: world.log,
  }, "closed");
  await storing;
  assertEquals(outcome.kind, "restored");
  assert(stored);
  assertEquals((await scene.ledger.events()).map(({ carry }) => carry), [0, 1]);
  await assertExact(scene);
});

for (const loss of ["wiped", "restarted"] as const) {
  Deno.test(`the guard waits for a statement that is under way (${loss}), and takes its vote into account`, async () => {
    await using world = await createWorld();
    const { scene, epoch } = await createScene(world, loss);
    const client = await scene.ledger.pool.connect();
    world.defer(() => client.release());
    const pid = await processIdOf(client);
    await client.query("begin");
    const late = storedVotes(1, { firstVersion: 1, vary: () => ({ epoch }) });
    const batch = batchOf(late, { firstOffset: 1n });
    // A statement that has not ended yet is, to everybody else, a transaction that has not ended.
    await storeVotes(client as unknown as PostgresPool, { address: scene.ledger.address, batch });
    let opened = false;
    const opening = scene.open().then(() => opened = true);
    await untilBlockedBy(scene, pid, () => opened);
    assert(!opened);
    await client.query("commit");
    await opening;
    assertEquals(await scene.tally(), [["ada", 2]]);
    await assertExact(scene);
  });
}

Deno.test("the shared locks of persisters do not keep each other waiting", async () => {
  await using world = await createWorld();
  const { scene, epoch } = await createScene(world, "restarted");
  await scene.open();
  const client = await scene.ledger.pool.connect();
  world.defer(() => client.release());
  await client.query("begin");
  const [one, two] = storedVotes(2, {
    firstVersion: 1,
    vary: (index) => ({ epoch, names: [`name ${index}`] }),
  });
  const address = await scene.ledger.addPartition(1);
  await storeVotes(client as unknown as PostgresPool, { address, batch: batchOf(one ? [one] : []) });
  const other = await scene.ledger.addPartition(2);
  await storeVotes(scene.ledger.pool, { address: other, batch: batchOf(two ? [two] : []) });
  assertEquals(await scene.ledger.totals(), [["ada", 1], ["name 1", 1]]);
  await client.query("commit");
  assertEquals(await scene.ledger.totals(), [["ada", 1], ["name 0", 1], ["name 1", 1]]);
});

Deno.test("a guard that waits for its lock keeps new statements waiting, so that none can starve it", async () => {
  await using world = await createWorld();
  const { scene } = await createScene(world, "restarted");
  const { pool } = scene.ledger;
  const [storing, guard] = [await pool.connect(), await pool.connect()];
  world.defer(() => [storing, guard].forEach((client) => client.release()));
  await storing.query("begin");
  await storing.query("select from shards for share");
  const locked = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<boolean>();
  const transaction = createGuardLedger(guard, 0).transact(() => {
    locked.resolve();
    return decided.promise;
  });
  await untilBlockedBy(scene, await processIdOf(storing), () => false);

  let isStored = false;
  const stored = scene.store().then(() => isStored = true);
  const guardId = (guard as unknown as { processID: number }).processID;
  await untilBlockedBy(scene, guardId, () => isStored);
  assertEquals(isStored, false);
  await storing.query("commit");
  await locked.promise;
  assertEquals(isStored, false);
  decided.resolve(true);
  await transaction;
  await stored;
});
