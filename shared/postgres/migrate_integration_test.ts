import { assertEquals, assertRejects } from "@std/assert";
import { createSilentLogger } from "../testing/silent_logger.ts";
import { createWorld, type World } from "../testing/world.ts";
import { migrate } from "./migrate.ts";
import { createPostgresPool, type PostgresPool } from "./pool.ts";

const MIGRATIONS = [{ number: 1, name: "ledger" }, { number: 2, name: "losses" }, {
  number: 3,
  name: "poll",
}];
const TABLES = [
  "accepted_losses",
  "consumed",
  "epochs",
  "forgotten_records",
  "frozen_totals",
  "migrations",
  "poll",
  "poll_applied",
  "poll_revisions",
  "shards",
  "vote_events",
  "votes",
];

/** A pool on the world's schema, which is not there yet. */
function freshPool(world: World): PostgresPool {
  const pool = createPostgresPool({
    url: world.addresses.postgresUrl,
    schema: world.name,
    connectionsMax: 4,
    log: world.log,
  });
  world.defer(async () => {
    await pool.query(`drop schema if exists "${world.name}" cascade`);
    await pool.end();
  });
  return pool;
}

async function tables(pool: PostgresPool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ table_name: string }>(
    "select table_name from information_schema.tables where table_schema = $1 order by table_name",
    [schema],
  );
  return rows.map((row) => row.table_name);
}

async function applied(pool: PostgresPool): Promise<unknown[]> {
  return (await pool.query("select number, name from migrations order by number")).rows;
}

Deno.test("migrate() makes schema and tables, and records what it applied", async () => {
  await using world = await createWorld();
  const pool = freshPool(world);
  await migrate(pool, { schema: world.name, log: world.log });
  assertEquals(await tables(pool, world.name), TABLES);
  assertEquals(await applied(pool), MIGRATIONS);
  const logged = world.log.events.filter(({ event }) => event === "migration_applied");
  assertEquals(
    logged.map(({ fields }) => fields),
    MIGRATIONS.map(({ number, name }) => ({ number, migration: name })),
  );
});

Deno.test("migrate() does nothing the second time, and keeps what is stored", async () => {
  await using world = await createWorld();
  const pool = freshPool(world);
  await migrate(pool, { schema: world.name, log: world.log });
  await pool.query("insert into votes (shard, username, count, version) values (0, 'ada', 7, 1)");
  const log = createSilentLogger();
  await migrate(pool, { schema: world.name, log });
  assertEquals(log.events, []);
  assertEquals(await applied(pool), MIGRATIONS);
  const { rows } = await pool.query("select username, count from votes");
  assertEquals(rows, [{ username: "ada", count: "7" }]);
});

Deno.test("migrate() may run eight times at once on a fresh schema: one of them does the work", async () => {
  await using world = await createWorld();
  const pools = Array.from({ length: 8 }, () => freshPool(world));
  await Promise.all(pools.map((pool) => migrate(pool, { schema: world.name, log: world.log })));
  assertEquals(
    world.log.events.filter(({ event }) => event === "migration_applied").length,
    MIGRATIONS.length,
  );
  const [pool] = pools as [PostgresPool];
  assertEquals(await applied(pool), MIGRATIONS);
  assertEquals(await tables(pool, world.name), TABLES);
});

Deno.test("migrate() leaves nothing behind when it fails, and works afterwards", async () => {
  await using world = await createWorld();
  const pool = freshPool(world);
  await pool.query(`create schema "${world.name}"`);
  await pool.query("create table votes (something_else int)");
  await assertRejects(() => migrate(pool, { schema: world.name, log: world.log }), Error, "already exists");
  assertEquals(await tables(pool, world.name), ["votes"]);
  await pool.query("drop table votes");
  await migrate(pool, { schema: world.name, log: world.log });
  assertEquals(await tables(pool, world.name), TABLES);
});

Deno.test("migrate() keeps the original's columns of votes", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const { rows } = await pool.query<{ column_name: string }>(
    "select column_name from information_schema.columns where table_schema = $1 and table_name = 'votes'",
    [world.name],
  );
  const columns = new Set(rows.map((row) => row.column_name));
  assertEquals(["id", "username", "count", "version"].filter((column) => !columns.has(column)), []);
});
