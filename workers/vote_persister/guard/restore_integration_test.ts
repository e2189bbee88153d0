import { assert, assertEquals } from "@std/assert";
import { byName, EPOCH } from "../../../shared/testing/votes.ts";
import { createWorld } from "../../../shared/testing/world.ts";
import { createGuardScene } from "../testing/guard_scene.ts";

const TOTAL_MAX = 2 ** 31 - 1;
const HOSTILE_NAMES = ["NULL", '"', "\\", "{a,b}", "%", "🗳️ žofie", "-inf", "1", "(1", "𝒜".repeat(64)];

Deno.test("a restore brings thousands of totals back exactly, whatever the names", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const { pool } = scene.ledger;
  await scene.open();
  // More than three batches, and not a whole number of them.
  await pool.query(`
    insert into votes (shard, username, count, version)
    select 0, 'name ' || n, 1 + (n::bigint * 7919 * 1000003) % ${TOTAL_MAX}, 1 from generate_series(1, 3210) as n`);
  await pool.query(
    "insert into votes (shard, username, count, version) select 0, name, $2, 1 from unnest($1::text[]) as name",
    [HOSTILE_NAMES, TOTAL_MAX],
  );
  const totals = await scene.ledger.totals();
  assertEquals(totals.length, 3210 + HOSTILE_NAMES.length);
  await scene.wipe();
  await scene.open();
  assertEquals(await scene.tally(), byName(totals));
});

Deno.test("a restore leaves nothing in the tally that Postgres does not hold", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  await scene.open();
  const { redis } = world.redis;
  await redis.zadd(world.keys.tally, 9, "ghost");
  await redis.sadd(world.keys.carried, "ghost");
  await redis.zadd(world.keys.tallyLoading, 9, "ghost of an earlier restore");
  await scene.ledger.pool.query("update shards set epoch = epoch + 1");
  await scene.open();
  assertEquals(await scene.tally(), []);
  assertEquals((await scene.readShard()).carriedCount, 0);
});

Deno.test("a restore seals every epoch, kept and open ones alike", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const first = await scene.open();
  await scene.cast();
  await scene.pretendRestart();
  const second = await scene.open();
  await scene.ledger.addEpoch(EPOCH - 7, null);
  await scene.wipe();
  const third = await scene.open();
  const epochs = new Map(await scene.epochs());
  for (const epoch of [first, second, EPOCH - 7]) assertEquals(epochs.get(epoch), -1);
  assertEquals(epochs.get(third), null);
  const { rows } = await scene.ledger.pool.query("select epoch from epochs where sealed_at is null");
  assertEquals(rows, [{ epoch: String(third) }]);
});

Deno.test("epochs rise strictly over many reopenings, kept and restored in turn", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const opened = [await scene.open()];
  for (let round = 0; round < 12; round++) {
    await scene.cast();
    if (round % 3 === 2) await scene.wipe();
    else await scene.pretendRestart();
    opened.push(await scene.open());
  }
  for (const [index, epoch] of opened.entries()) assert(index === 0 || epoch > (opened[index - 1] ?? 0));
  assertEquals((await scene.epochs()).map(([epoch]) => epoch), opened);
  const kinds = new Set(scene.openings().map(({ kind }) => kind));
  assertEquals(kinds, new Set(["restored", "kept"]));
});

Deno.test("a new epoch is above one that lies ahead of every clock, wherever it is remembered", async () => {
  const ahead = Date.now() + 1_000_000_000;
  const places: Record<
    string,
    (pool: { query(sql: string): unknown }, redis: { epoch(): unknown }) => unknown
  > = {
    shards: (pool) => pool.query(`update shards set epoch = ${ahead}`),
    epochs: (pool) => pool.query(`insert into epochs (shard, epoch) values (0, ${ahead})`),
    meta: (_pool, redis) => redis.epoch(),
  };
  for (const [place, remember] of Object.entries(places)) {
    await using world = await createWorld();
    const scene = await createGuardScene(world);
    await scene.open();
    await remember(scene.ledger.pool, {
      epoch: () => world.redis.redis.hset(world.keys.meta, "epoch", String(ahead)),
    });
    await scene.pretendRestart();
    assertEquals(await scene.open(), ahead + 1, place);
  }
});

Deno.test("a new epoch is above that of the outbox's last id, or Redis would refuse its first vote", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const ahead = Date.now() + 1_000_000_000;
  await world.redis.redis.xadd(world.keys.outbox, `${ahead}-3`, "vote", "{}", "at", "1");
  assertEquals(await scene.open(), ahead + 1);
  assertEquals((await scene.cast()).kind, "accepted");
});

Deno.test("votes that are stored while the shard reopens are counted once, in Redis and in Postgres", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  await scene.open();
  for (let round = 0; round < 8; round++) {
    for (let vote = 0; vote < 20; vote++) await scene.cast({ names: [`name ${vote % 3}`] });
    await scene.relay();
    if (round % 2 === 0) await scene.wipe();
    else await scene.pretendRestart();
    // The persister's statement and the guard's transaction meet: whoever is second sees what the first did.
    await Promise.all([scene.store(), scene.open()]);
  }
  await scene.store();
  const { rows } = await scene.ledger.pool.query<{ name: string; missing: string }>(
    `select u.name, sum(u.count * e.carry) as missing
     from vote_events e, unnest(e.usernames, e.counts) as u (name, count) group by u.name`,
  );
  const tally = new Map(await scene.tally());
  for (const { name, missing } of rows) tally.set(name, (tally.get(name) ?? 0) + Number(missing));
  assertEquals(byName([...tally]), await scene.ledger.totals());
  assertEquals((await scene.ledger.totals()).reduce((sum, [, total]) => sum + total, 0), 160);
});
