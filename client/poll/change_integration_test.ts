import { assert, assertEquals, assertRejects } from "@std/assert";
import { changePoll, lockPoll, readPoll } from "../../shared/poll/poll_table.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { change, type ChangeOptions } from "./change.ts";

function ask(pool: PostgresPool, options: Partial<ChangeOptions> & Pick<ChangeOptions, "action">) {
  return change(pool, { waitMsMax: 30_000, signal: new AbortController().signal, ...options });
}

/** As the guard does once Redis obeys. */
async function note(pool: PostgresPool): Promise<void> {
  const { revision } = await readPoll(pool);
  await pool.query(
    `insert into poll_applied (shard, revision, voting_since) values (0, $1, now())
     on conflict (shard) do update set revision = excluded.revision`,
    [revision],
  );
}

Deno.test("change() waits for the note of its own revision: one of before does not count", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  assertEquals((await ask(pool, { action: "close", waitMsMax: 0 })).kind, "not_applied");
  await note(pool);
  // It is closed, and noted to be: asked again, it has to be obeyed again.
  assertEquals((await ask(pool, { action: "close", waitMsMax: 0 })).kind, "not_applied");
  const before = await readPoll(pool);
  const asking = ask(pool, { action: "close" });
  await waitFor(async () => (await readPoll(pool)).revision !== before.revision, { what: "the change" });
  await note(pool);
  const { kind, status } = await asking;
  assertEquals([kind, status.voting, status.applied], ["applied", "closed", true]);
});

Deno.test("change() tells that another change has overtaken it", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const first = await readPoll(pool);
  const asking = ask(pool, { action: "close" });
  await waitFor(async () => (await readPoll(pool)).revision !== first.revision, { what: "the change" });
  await ask(pool, { action: "open", waitMsMax: 0 });
  const { kind, status } = await asking;
  assertEquals([kind, status.voting], ["superseded", "open"]);
});

Deno.test("change() stops waiting when told to", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const stopping = new AbortController();
  const first = await readPoll(pool);
  const asking = ask(pool, { action: "close", signal: stopping.signal });
  await waitFor(async () => (await readPoll(pool)).revision !== first.revision, { what: "the change" });
  stopping.abort();
  assertEquals((await asking).kind, "not_applied");
});

Deno.test("two operators at once change one thing each, and neither undoes the other's", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await Promise.all([
    ask(pool, { action: "close", waitMsMax: 0 }),
    ask(pool, { action: "freeze", waitMsMax: 0 }),
  ]);
  const { voting, results } = await readPoll(pool);
  assertEquals([voting, results], ["closed", "frozen"]);
  assertEquals((await pool.query("select from poll_revisions")).rowCount, 3);
});

Deno.test("a freeze keeps the totals of votes in its own transaction, whole, until results are published", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const frozen = async () =>
    (await pool.query("select shard, username, count from frozen_totals order by shard, username")).rows;
  await pool.query(
    "insert into votes (shard, username, count, version) values (0, 'ada', 3, 1), (1, 'ada', 4, 1)",
  );
  await ask(pool, { action: "freeze", waitMsMax: 0 });
  const wanted = [{ shard: 0, username: "ada", count: "3" }, { shard: 1, username: "ada", count: "4" }];
  assertEquals(await frozen(), wanted);
  const { resultsSince, frozenRevision } = await readPoll(pool);
  await pool.query("update votes set count = 9");
  for (const action of ["freeze", "close"] as const) await ask(pool, { action, waitMsMax: 0 });
  assertEquals(await frozen(), wanted);
  const after = await readPoll(pool);
  assertEquals([after.resultsSince, after.frozenRevision], [resultsSince, frozenRevision]);
  await ask(pool, { action: "publish", waitMsMax: 0 });
  assertEquals(await frozen(), []);
  assertEquals((await readPoll(pool)).frozenRevision, undefined);
  await ask(pool, { action: "freeze", waitMsMax: 0 });
  assertEquals((await frozen()).map(({ count }) => count), ["9", "9"]);
});

Deno.test("a change that fails half way changes nothing", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const first = await readPoll(pool);
  await pool.query("alter table poll add constraint never check (revision is null) not valid");
  await assertRejects(() => ask(pool, { action: "freeze" }));
  assertEquals(await readPoll(pool), first);
  assertEquals((await pool.query("select from frozen_totals")).rowCount, 0);
  assertEquals((await pool.query("select from poll_revisions")).rowCount, 1);
});

Deno.test("lockPoll() sees the change of whoever held the lock before", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const [one, other] = [await pool.connect(), await pool.connect()];
  try {
    await one.query("begin");
    const from = await lockPoll(one);
    await other.query("begin");
    const waiting = lockPoll(other);
    const changed = await changePoll(one, { from, to: { voting: "closed", results: "live" } });
    await one.query("commit");
    assertEquals((await waiting).revision, changed.revision);
    assert(changed.revision !== from.revision);
    await other.query("commit");
  } finally {
    one.release();
    other.release();
  }
});
