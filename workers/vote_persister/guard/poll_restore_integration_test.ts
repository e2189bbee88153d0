import { assert, assertEquals } from "@std/assert";
import { v7 as uuid } from "uuid";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import type { CastVoteOutcome } from "../../../shared/vote/outcome.ts";
import { createPollScene, type PollScene } from "../testing/poll_scene.ts";
import { parseCandidates } from "./candidates.ts";
import type { Guard, GuardOptions } from "./guard.ts";

const HOUR_MS = 3_600_000;

/** The only guard of the scene, with settings of its own. */
function guardWith(scene: PollScene, options: Partial<GuardOptions>): Guard {
  scene.guard.close();
  return scene.addGuard(options).guard;
}

async function castAll({ cast }: PollScene, names: readonly string[]): Promise<void> {
  for (const name of names) assertEquals((await cast({ names: [name] })).kind, "accepted");
}

async function storeAll(scene: PollScene): Promise<void> {
  await scene.relay();
  await scene.store();
}

async function candidatesOf({ redis: { redis }, keys }: World): Promise<string[]> {
  return (await redis.smembers(keys.candidates)).sort();
}

function codeOf(outcome: CastVoteOutcome): string {
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

Deno.test("a Redis that came back empty is restored closed, frozen, listed and with its voters' counters", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis: { redis }, keys } = world;
  const guard = guardWith(scene, { candidates: parseCandidates("ada\nbob\n"), voterWindowMs: HOUR_MS });
  await scene.open(guard);
  for (let vote = 0; vote < 3; vote++) await scene.cast({ names: ["ada"], voter: "alan" });
  await scene.cast({ names: ["bob"], voter: "grace hopper" });
  await storeAll(scene);
  await scene.change({ results: "frozen" });
  await scene.obey(guard);
  await castAll(scene, ["ada"]);
  await storeAll(scene);
  await scene.change({ voting: "closed" });
  const obeyed = await scene.obey(guard);
  const lastAt = (await scene.ledger.pool.query("select max(at) as at from vote_events where voter = 'alan'"))
    .rows[0].at.getTime();
  await scene.wipe();

  await scene.open(guard);
  const { poll } = await scene.readShard();
  assertEquals({ ...poll, votingSinceMs: 0 }, { ...obeyed, votingSinceMs: 0 });
  assert((poll.votingSinceMs ?? 0) >= (obeyed.votingSinceMs ?? 0), "this Redis was never open");
  assertEquals(await scene.frozen(), { ada: 3, bob: 1 });
  assertEquals(await scene.tally(), [["ada", 4], ["bob", 1]]);
  assertEquals(await candidatesOf(world), ["ada", "bob"]);
  assertEquals(await redis.get(keys.voter("alan")), "3");
  assertEquals(await redis.get(keys.voter("grace hopper")), "1");
  assertEquals(await redis.pexpiretime(keys.voter("alan")), lastAt + HOUR_MS);
  assertEquals(codeOf(await scene.cast()), "POLL_CLOSED");
  await scene.obey(guard);
  assertEquals((await scene.noted())?.votingSinceMs, poll.votingSinceMs);
});

Deno.test("a restart that keeps the tally keeps the poll, and loads nothing", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis: { redis }, keys } = world;
  const guard = guardWith(scene, { candidates: parseCandidates("ada\nbob\n"), voterWindowMs: HOUR_MS });
  await scene.open(guard);
  await castAll(scene, ["ada"]);
  await storeAll(scene);
  await scene.change({ voting: "closed", results: "frozen" });
  const before = await scene.obey(guard);
  // What only a load would mend.
  await redis.srem(keys.candidates, "bob");
  await scene.pretendRestart();
  await scene.open(guard);
  assertEquals(scene.openings().at(-1)?.kind, "kept");
  assertEquals((await scene.readShard()).poll, before);
  assertEquals(await candidatesOf(world), ["ada"]);
});

Deno.test("a restore loads names and published totals anew, whatever Redis says that it has", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis: { redis }, keys } = world;
  const guard = guardWith(scene, { candidates: parseCandidates("ada\nbob\n") });
  await scene.open(guard);
  await castAll(scene, ["ada"]);
  await storeAll(scene);
  await scene.change({ results: "frozen" });
  await scene.obey(guard);
  await redis.srem(keys.candidates, "bob");
  await redis.zincrby(keys.frozen, 5, "ada");
  await scene.ledger.pool.query("update shards set epoch = epoch + 1");
  await scene.open(guard);
  assertEquals(scene.openings().at(-1)?.kind, "restored");
  assertEquals(await candidatesOf(world), ["ada", "bob"]);
  assertEquals(await scene.frozen(), { ada: 1 });
});

Deno.test("a poll that was changed while the shard was closed is obeyed from the opening on, kept or restored", async () => {
  for (const kind of ["kept", "restored"]) {
    await using world = await createWorld();
    const scene = await createPollScene(world);
    await scene.open();
    await castAll(scene, ["ada"]);
    await storeAll(scene);
    await scene.obey();
    const scripts = createGuardScripts(world.redis, world.keys);
    const guard = guardWith(scene, {
      scripts: {
        ...scripts,
        async open(opening) {
          const opened = await scripts.open(opening);
          assertEquals((await scene.readShard()).poll.voting, "closed");
          return opened;
        },
      },
    });
    await scene.change({ voting: "closed" });
    if (kind === "kept") await scene.pretendRestart();
    else await scene.wipe();
    await scene.open(guard);
    assertEquals(scene.openings().at(-1)?.kind, kind);
    assertEquals(codeOf(await scene.cast()), "POLL_CLOSED");
  }
});

Deno.test("a restore never lowers a counter that Redis still has, and leaves out what is old, repeated or nobody's", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis: { redis }, keys } = world;
  const { pool } = scene.ledger;
  const guard = guardWith(scene, { voterWindowMs: HOUR_MS });
  await scene.open(guard);
  const { timeMs } = await scene.readShard();
  let version = 0;
  async function stored(
    voter: string | null,
    { atMs, repeats = false }: { atMs: number; repeats?: boolean },
  ) {
    await pool.query(
      `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, voter, repeat_of)
       values ($1, 0, 1, $2, to_timestamp($3::bigint / 1000.0), '{ada}', '{1}', $4, $5)`,
      [uuid({ msecs: atMs }), version++, atMs, voter, repeats ? uuid() : null],
    );
  }
  await stored("in", { atMs: timeMs - HOUR_MS + 60_000 });
  await stored("in", { atMs: timeMs - 1000 });
  await stored("out", { atMs: timeMs - HOUR_MS - 1 });
  await stored("again", { atMs: timeMs - 1000, repeats: true });
  await stored(null, { atMs: timeMs - 1000 });
  for (let vote = 0; vote < 3; vote++) await stored("more in Redis", { atMs: timeMs - 1000 });
  await redis.set(keys.voter("more in Redis"), "5", "PX", HOUR_MS / 2);
  await redis.set(keys.voter("fewer in Redis"), "1", "PX", HOUR_MS / 2);
  for (let vote = 0; vote < 2; vote++) await stored("fewer in Redis", { atMs: timeMs - 1000 });
  await pool.query("update shards set epoch = epoch + 1");

  await scene.open(guard);
  assertEquals(scene.openings().at(-1)?.kind, "restored");
  const read = (voter: string) => redis.get(keys.voter(voter));
  assertEquals(
    await Promise.all(["in", "out", "again", "more in Redis", "fewer in Redis", ""].map(read)),
    ["2", null, null, "5", "2", null],
  );
  assert(await redis.pttl(keys.voter("more in Redis")) <= HOUR_MS / 2);
  assert(await redis.pttl(keys.voter("fewer in Redis")) > HOUR_MS / 2);
});

Deno.test("more voters than one portion holds are all restored, and none where voters have no limit", async () => {
  const voters = 5001;
  for (const voterWindowMs of [HOUR_MS, undefined]) {
    await using world = await createWorld();
    const scene = await createPollScene(world);
    const { redis: { redis }, name } = world;
    const guard = guardWith(scene, { voterWindowMs });
    await scene.open(guard);
    const ids = Array.from({ length: voters }, () => uuid());
    await scene.ledger.pool.query(
      `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, voter)
       select id, 0, 1, place, now(), '{ada}', '{1}', 'voter ' || place
       from unnest($1::uuid[]) with ordinality as each (id, place)`,
      [ids],
    );
    await scene.wipe();
    await scene.open(guard);
    const found = await redis.keys(`${name}:*voter:voter *`);
    assertEquals(found.length, voterWindowMs === undefined ? 0 : voters);
  }
});

Deno.test("a backup of Postgres from before a close does not open the poll: what Redis obeys becomes a new revision", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  await castAll(scene, ["ada"]);
  await storeAll(scene);
  await scene.obey();
  const putBack = await scene.backup();
  const closed = await scene.change({ voting: "closed" });
  const { votingSinceMs } = await scene.obey();
  await putBack();
  assertEquals((await scene.poll()).voting, "open");

  const obeyed = await scene.obey();
  const poll = await scene.poll();
  assert(poll.revision !== closed.revision);
  assertEquals([poll.voting, poll.results, obeyed.voting], ["closed", "live", "closed"]);
  assertEquals(obeyed.votingSinceMs, votingSinceMs, "it has been closed all the time");
  assertEquals(codeOf(await scene.cast()), "POLL_CLOSED");
  assert(world.log.events.some(({ event }) => event === "poll_adopted"));
  await scene.change({ voting: "open" });
  await scene.obey();
  assertEquals((await scene.cast()).kind, "accepted");
});

Deno.test("a backup from before a freeze publishes nothing: the totals that Redis shows become those of Postgres", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  await castAll(scene, ["ada", "bob"]);
  await storeAll(scene);
  const putBack = await scene.backup();
  await scene.change({ results: "frozen" });
  await scene.obey();
  await castAll(scene, ["ada"]);
  await storeAll(scene);
  await putBack();
  // Also where the shard is closed at that time, and kept.
  await scene.pretendRestart();
  await scene.obey();
  assertEquals((await scene.poll()).results, "frozen");
  assertEquals(await scene.frozen(), { ada: 1, bob: 1 });
  const { rows } = await scene.ledger.pool.query(
    "select username, count from frozen_totals order by username",
  );
  assertEquals(rows, [{ username: "ada", count: "1" }, { username: "bob", count: "1" }]);
  await scene.wipe();
  await scene.obey();
  assertEquals(await scene.frozen(), { ada: 1, bob: 1 });
});

Deno.test("a backup in which the poll is closed closes it again, whatever Redis obeys", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  const closed = await scene.change({ voting: "closed" });
  await scene.obey();
  const putBack = await scene.backup();
  await scene.change({ voting: "open" });
  await scene.obey();
  await putBack();
  assertEquals((await scene.obey()).revision, closed.revision);
  assertEquals(codeOf(await scene.cast()), "POLL_CLOSED");
});
