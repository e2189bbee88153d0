import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createPostgresPool, type PostgresPool } from "../../shared/postgres/pool.ts";
import { applyRoles } from "../../shared/postgres/roles.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { cast } from "../cast/testing/run_cast.ts";
import { exportTable } from "./export.ts";

const ROWS = 50_000;

/** Votes made by the server: by whom, under which request, for a name of its own. */
async function fill(pool: PostgresPool, count: number): Promise<void> {
  await pool.query(
    `insert into vote_events
       (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint)
     select lpad(to_hex(each), 32, '0')::uuid, 0, 1, each, timestamptz '2026-01-02T03:04:05.678901Z',
            array['name ' || each], array[2], 'voter ' || each, 'request ' || each, '\\x00'
     from generate_series(1, $1::int) as each`,
    [count],
  );
}

async function exported(
  pool: PostgresPool,
  options: Partial<Parameters<typeof exportTable>[1]> = {},
): Promise<{ text: string; rows: number; leftOut: readonly string[] }> {
  let [text, leftOut]: [string, readonly string[]] = ["", []];
  const rows = await exportTable(pool, {
    ...{ table: "ledger", format: "ndjson", voters: false, forSpreadsheet: false },
    signal: new AbortController().signal,
    write: (bytes) => Promise.resolve(void (text += new TextDecoder().decode(bytes))),
    begun: (start) => void (leftOut = start.leftOut),
    moved: () => {},
    ...options,
  });
  return { text, rows, leftOut };
}

/** A pool on whose connections everything is done as this role. */
function asRole(world: World, role: string): PostgresPool {
  const { addresses: { postgresUrl: url }, name: schema, log } = world;
  const pool = createPostgresPool({ url, schema, connectionsMax: 1, log });
  pool.on("connect", (client) => void client.query(`set role ${role}`).catch(() => {}));
  world.defer(() => pool.end());
  return pool;
}

Deno.test("export writes every vote in order, whatever the size of a batch, and says nothing of voters", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await fill(pool, 25);
  for (const batchRows of [1, 10, 25, 1000]) {
    const { text, rows } = await exported(pool, { batchRows });
    const votes = text.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals([rows, votes.map(({ version }) => version)], [
      25,
      Array.from({ length: 25 }, (_, n) => n + 1),
    ]);
    assert(!text.includes("voter") && !text.includes("request"));
  }
  const first = JSON.parse((await exported(pool)).text.split("\n")[0] ?? "");
  assertEquals(first, {
    vote_id: "00000000-0000-0000-0000-000000000001",
    ...{ shard: 0, epoch: 1, version: 1, at: "2026-01-02T03:04:05.678901Z" },
    ...{ usernames: ["name 1"], counts: [2], repeat_of: null },
  });
  const named = JSON.parse((await exported(pool, { voters: true })).text.split("\n")[0] ?? "");
  assertEquals([named.voter, named.request_id], ["voter 1", "request 1"]);
});

Deno.test("export shows one moment: what is stored meanwhile is not in it", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await fill(pool, 5);
  let isLate = false;
  const { rows } = await exported(pool, {
    batchRows: 2,
    write: async () => {
      if (!isLate) {
        await pool.query("update vote_events set vote_id = gen_random_uuid(), version = version + 100");
      }
      isLate = true;
    },
  });
  assertEquals(rows, 5);
});

Deno.test("export tells an operator no voter, and leaves out what the role may not read", async () => {
  await using world = await createWorld();
  const owner = await world.postgres();
  await applyRoles(owner, { log: world.log });
  await fill(owner, 2);
  const operator = asRole(world, "cast_operator");
  const { text, leftOut } = await exported(operator);
  assertEquals([leftOut, Object.hasOwn(JSON.parse(text.split("\n")[0] ?? ""), "at")], [["at"], false]);
  for (const role of ["cast_operator", "cast_reader"]) {
    const error = await assertRejects(() => exported(asRole(world, role), { voters: true }), Error);
    assertStringIncludes(error.message, "may read");
    assertStringIncludes(error.message, "voter, request_id");
  }
  assertEquals((await exported(asRole(world, "cast_reader"))).leftOut, []);
});

Deno.test("cast export makes a file that is there whole or not at all, for its owner alone", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await fill(pool, 3);
  const folder = await Deno.makeTempDir();
  world.defer(() => Deno.remove(folder, { recursive: true }));
  const output = `${folder}/ledger.csv`;
  const environment = world.environment();
  const { code, stdout, stderr } = await cast(["export", "--output", output, "--json"], { environment });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), { table: "ledger", format: "csv", output, rows: 3 });
  assertEquals((await Deno.readTextFile(output)).split("\r\n").length, 5);
  assertEquals(((await Deno.stat(output)).mode ?? 0) & 0o777, 0o600);

  await pool.query("drop table vote_events cascade");
  const failed = await cast(["export", "--output", output], { environment });
  assertEquals([failed.code, failed.stdout], [2, ""]);
  // The one before stays, and nothing is left of the one that failed.
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["ledger.csv"]);
});

Deno.test("cast export ends with 2 and no password where Postgres is not there", async () => {
  const environment = { CAST_POSTGRES_URL: "postgres://cast:hidden-password@127.0.0.1:9/cast" };
  const { code, stdout, stderr } = await cast(["export"], { environment });
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "ECONNREFUSED");
  assert(!stderr.includes("hidden-password"));
});

Deno.test("export holds a few batches in memory, not the table", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await fill(pool, ROWS);
  const collect = garbageCollector();
  const live = () => {
    collect();
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
  let bytesWritten = 0;
  const atRows = new Map<number, number>();
  await exported(pool, {
    batchRows: 2000,
    write: (bytes) => Promise.resolve(void (bytesWritten += bytes.length)),
    moved(rows) {
      if (rows % (ROWS / 5) === 0) atRows.set(rows, live());
    },
  });
  assert(bytesWritten > ROWS * 150, String(bytesWritten));
  // Were the rows of the time between kept, they would take several times this.
  const grown = (atRows.get(ROWS) ?? NaN) - (atRows.get(ROWS / 5) ?? NaN);
  assert(grown < 8_000_000, `grew by ${grown} bytes`);
});

/** What is kept is told from what merely was not swept yet. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
