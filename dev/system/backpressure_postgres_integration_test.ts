/**
 * Postgres that answers and stores nothing: a full disk, a server that only reads. Votes go on being accepted, wait in
 * Kafka and are stored by themselves when the fault is gone; the persister says why, and buries none of them.
 */
import { assertEquals } from "@std/assert";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { startScene, untilLogged } from "./backpressure_scene.ts";

Deno.test("while Postgres has no space left votes are accepted and wait in Kafka, and are stored by themselves afterwards", () =>
  survive("53100"));

Deno.test("while Postgres only reads votes are accepted and wait in Kafka, and are stored by themselves afterwards", () =>
  survive("25006"));

async function survive(sqlState: string): Promise<void> {
  await using world = await createWorld();
  const scene = await startScene(world);
  const { pool } = scene;
  await refuseVotes(pool, sqlState);
  const stored = await eventCount(pool);
  await untilLogged(scene.program("vote_persister"), {
    what: `SQLSTATE ${sqlState}`,
    isWanted: ({ event, error }) => event === "batch_failed" && codeOf(error) === sqlState,
  });
  await scene.untilAccepted(100);
  await scene.untilOutboxEmpty();
  assertEquals(await eventCount(pool), stored);

  await pool.query("drop trigger broken on vote_events");
  await scene.finish();
  assertEquals(scene.program("vote_persister").lines.filter(({ event }) => event === "record_buried"), []);
}

/** In the test's own schema: a server that really is full or only reads would be so for everybody. */
async function refuseVotes(pool: PostgresPool, sqlState: string): Promise<void> {
  await pool.query(`create function broken() returns trigger language plpgsql as
    $$ begin raise exception 'cannot store' using errcode = '${sqlState}'; end $$`);
  // Waits for the statements that are under way.
  await pool.query(
    "create trigger broken before insert on vote_events for each statement execute function broken()",
  );
}

async function eventCount(pool: PostgresPool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from vote_events");
  return rows[0]?.count ?? 0;
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
