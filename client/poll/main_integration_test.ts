import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { runProgram, startProgram } from "../verify/testing/program.ts";

const POLL = "client/poll";
const PERSISTER = "workers/vote_persister";

/** With the settings that it reads, and those alone. */
async function poll({ environment }: World, ...args: string[]) {
  const { CAST_POSTGRES_URL = "", CAST_POSTGRES_SCHEMA = "" } = environment();
  return await runProgram(POLL, { environment: { CAST_POSTGRES_URL, CAST_POSTGRES_SCHEMA }, args });
}

async function pollJson(world: World, ...args: string[]) {
  const { stdout } = await poll(world, ...args, "--json");
  return JSON.parse(stdout);
}

/** The guard that obeys: a vote persister as it is deployed. */
async function startGuard(world: World, settings: Record<string, string> = {}) {
  const environment = { ...world.environment(), CAST_OPS_PORT: "0", CAST_LOG_LEVEL: "warn", ...settings };
  return await startProgram(PERSISTER, { environment });
}

Deno.test("poll changes the poll, waits until a guard has made Redis obey, and says so", async () => {
  await using world = await createWorld();
  await world.postgres();
  await world.kafka();
  const { redis: { redis }, keys } = world;
  await using _guard = await startGuard(world);

  const closed = await poll(world, "close");
  assertEquals([closed.code, closed.stderr], [0, ""]);
  const [, since] = /^Voting is closed: no vote has been accepted since (\S+) by Redis's clock\n$/
    .exec(closed.stdout) ?? [];
  assertEquals(await redis.hget(keys.meta, "voting"), "closed");
  assertEquals(await redis.hget(keys.meta, "voting_since"), String(Date.parse(since ?? "")));
  // The same again is the same.
  assertEquals((await poll(world, "close")).stdout, closed.stdout);

  const frozen = await poll(world, "freeze");
  assertEquals([frozen.code, frozen.stdout.startsWith("Results are frozen: the totals of ")], [0, true]);
  assertEquals(await redis.hmget(keys.meta, "voting", "results"), ["closed", "frozen"]);

  const status = await pollJson(world, "status");
  assertEquals([status.voting, status.results, status.applied], ["closed", "frozen", true]);
  assertEquals(status.shards, [{ shard: 0, obeys: true, votingSince: since, candidates: { kind: "any" } }]);

  assertEquals(
    (await poll(world, "publish")).stdout,
    "Results are live: every total is shown as it stands\n",
  );
  const open = await poll(world, "open");
  assert(/^Voting is open, since \S+ by Redis's clock\n$/.test(open.stdout), open.stdout);
  assertEquals(await redis.hmget(keys.meta, "voting", "results"), ["open", "live"]);
});

Deno.test("verify --repair leaves a closed poll closed and frozen results frozen", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await world.kafka();
  const { redis: { redis }, keys } = world;
  await pool.query(
    `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts)
     values (gen_random_uuid(), 0, 1, 0, now(), '{ada}', '{3}')`,
  );
  await pool.query("insert into epochs (shard, epoch, included_version) values (0, 1, -1)");
  await pool.query("insert into votes (shard, username, count, version) values (0, 'ada', 3, 1)");
  await using _guard = await startGuard(world);
  await poll(world, "freeze");
  await poll(world, "close");
  assertEquals(await redis.zscore(keys.frozen, "ada"), "3");
  const before = await redis.hgetall(keys.meta);
  await redis.zincrby(keys.frozen, 5, "ada");
  await redis.zincrby(keys.tally, 5, "ada");

  const { CAST_KAFKA_BROKERS: _brokers, CAST_KAFKA_TOPIC: _topic, ...environment } = world.environment();
  const repaired = await runProgram("client/verify", { environment, args: ["--repair"] });
  assert(repaired.stdout.includes("the guard restored it from votes"), repaired.stdout + repaired.stderr);
  const after = await redis.hgetall(keys.meta);
  assert(after["epoch"] !== before["epoch"]);
  for (const field of ["voting", "results", "poll_revision", "frozen_revision"]) {
    assertEquals(after[field], before[field], field);
  }
  assertEquals(await redis.zscore(keys.frozen, "ada"), "3");
  assertEquals((await poll(world, "close")).code, 0);
});

Deno.test("poll tells how many candidates are listed, from the file of the vote persister", async () => {
  await using world = await createWorld();
  await world.postgres();
  await world.kafka();
  const file = await Deno.makeTempFile();
  world.defer(() => Deno.remove(file));
  await Deno.writeTextFile(file, "ada\nbob\ncleo\n");
  await using _guard = await startGuard(world, { CAST_CANDIDATES_FILE: file });
  await waitFor(async () => (await poll(world, "status")).code === 0, { what: "a shard that obeys" });
  const { stdout } = await poll(world, "status");
  assert(stdout.includes("Candidates: listed, 3\n"), stdout);
  assertEquals((await world.redis.redis.smembers(world.keys.candidates)).sort(), ["ada", "bob", "cleo"]);
});

Deno.test("a vote persister with a wrong file of candidates does not start, and names the line", async () => {
  await using world = await createWorld();
  const file = await Deno.makeTempFile();
  world.defer(() => Deno.remove(file));
  await Deno.writeTextFile(file, "ada\nbob \n");
  const environment = { ...world.environment(), CAST_OPS_PORT: "0", CAST_CANDIDATES_FILE: file };
  const { code, stdout, stderr } = await runProgram(PERSISTER, { environment });
  assertEquals(code, 2);
  assert((stdout + stderr).includes("Correct the file of CAST_CANDIDATES_FILE: line 2: "), stdout + stderr);
});

Deno.test("poll records what no guard obeys yet, says so, and ends with 1; asking again finds it obeyed", async () => {
  await using world = await createWorld();
  await world.postgres();
  await world.kafka();
  const late = await poll(world, "close", "--wait", "0");
  assertEquals([late.code, late.stderr], [1, ""]);
  assert(
    late.stdout.startsWith("Recorded, but not obeyed by shard 0 within 0 s: votes may still be accepted"),
  );
  assertEquals((await pollJson(world, "close", "--wait", "0")).outcome, "not_applied");
  const status = await poll(world, "status");
  assertEquals(status.code, 1);
  assert(status.stdout.includes("Not obeyed yet by shard 0"), status.stdout);

  await using _guard = await startGuard(world);
  assertEquals((await poll(world, "close")).code, 0);
  assertEquals((await poll(world, "status")).code, 0);
});

Deno.test("poll ends with 2 for wrong arguments or settings, and with 1 where Postgres has no poll, or is not there", async () => {
  await using world = await createWorld();
  const wrong = await poll(world, "stop");
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assert(wrong.stderr.includes('got "stop"') && wrong.stderr.includes("deno task poll status"), wrong.stderr);
  assertEquals(
    (await runProgram(POLL, { environment: { CAST_POSTGRES_URL: "nowhere" }, args: ["status"] })).code,
    2,
  );
  const help = await poll(world, "--help");
  assertEquals([help.code, help.stderr], [0, ""]);
  const unmigrated = await poll(world, "status");
  assertEquals([unmigrated.code, unmigrated.stdout], [1, ""]);
  assert(unmigrated.stderr.includes("Migrate Postgres first"), unmigrated.stderr);
  const away = { CAST_POSTGRES_URL: "postgres://cast:hidden@127.0.0.1:1/cast" };
  const unreachable = await runProgram(POLL, { environment: away, args: ["close"] });
  assertEquals([unreachable.code, unreachable.stdout], [1, ""]);
  assert(!unreachable.stderr.includes("hidden"));
});
