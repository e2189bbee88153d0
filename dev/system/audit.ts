/** Holds the ledger, the totals and Redis to what the clients were told. */
import { assertEquals } from "@std/assert";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import type { World } from "../../shared/testing/world.ts";
import type { History } from "./voters.ts";

export interface AuditReport {
  readonly accepted: number;
  /** Of the voters who gave up without an answer, how many were counted. */
  readonly unknownCounted: number;
  readonly total: number;
}

/**
 * Waits until the outbox is empty and Postgres holds every accepted vote, then compares: each accepted request counted
 * exactly once, each unknown at most once, nothing else; the sum of the events = `votes` = Redis's tally, name by name.
 */
export async function audit(
  world: World,
  { pool, history }: { pool: PostgresPool; history: History },
): Promise<AuditReport> {
  const accepted = history.accepted.map(({ requestId }) => requestId);
  await waitFor(async () => await world.redis.redis.xlen(world.keys.outbox) === 0, {
    what: "an empty outbox",
    withinMs: 120_000,
  });
  await waitFor(async () => (await countedTimes(pool, accepted)).size === accepted.length, {
    what: `all of ${accepted.length} accepted votes in Postgres`,
    withinMs: 120_000,
  });

  const times = await countedTimes(pool);
  assertEquals(accepted.filter((id) => times.get(id) !== 1), [], "accepted, but not counted once");
  const unknown = new Set(history.unknown.map(({ requestId }) => requestId));
  const told = new Set([...accepted, ...unknown]);
  assertEquals(
    [...times].filter(([id, count]) => count > 1 || !told.has(id)),
    [],
    "counted twice, or never asked for",
  );

  const fromEvents = await totals(
    pool,
    `select username, sum(count) as total
    from vote_events, unnest(usernames, counts) as u (username, count) where repeat_of is null group by username`,
  );
  assertEquals(
    await totals(pool, "select username, count as total from votes"),
    fromEvents,
    "votes is not the sum of its events",
  );
  assertEquals(await tally(world), fromEvents, "Redis's tally is not the sum of the events");
  return {
    accepted: accepted.length,
    unknownCounted: [...unknown].filter((id) => times.has(id)).length,
    total: [...fromEvents.values()].reduce((sum, total) => sum + total, 0),
  };
}

/** How often each request was counted. */
async function countedTimes(
  pool: PostgresPool,
  requestIds?: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ request_id: string; times: number }>(
    `select request_id, count(*)::int as times from vote_events
     where repeat_of is null and ($1::text[] is null or request_id = any($1)) group by request_id`,
    [requestIds ?? null],
  );
  return new Map(rows.map((row) => [row.request_id, row.times]));
}

async function totals(pool: PostgresPool, sql: string): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ username: string; total: string }>(sql);
  return new Map(
    rows.map((row) => [row.username, Number(row.total)] as const).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

async function tally({ redis, keys }: World): Promise<Map<string, number>> {
  const flat = await redis.redis.zrange(keys.tally, "0", "-1", "WITHSCORES");
  const pairs: [string, number][] = [];
  for (let index = 0; index < flat.length; index += 2) {
    pairs.push([flat[index] as string, Number(flat[index + 1])]);
  }
  return new Map(pairs.sort(([a], [b]) => a < b ? -1 : 1));
}
