/**
 * Brings a run to rest: every vote that was accepted has come as far as it can, so that what is missing then is missing
 * for good.
 */
import type { Arena } from "./arena.ts";
import { withRedis } from "./redis_direct.ts";

export const REST_MS_MAX = 120_000;
const LOOK_MS = 200;
/** Looks in a row that must find nothing left: a vote may be between two of the places at any one of them. */
const LOOKS = 3;

export interface Rest {
  readonly isQuiet: boolean;
  /** What was left at the last look. */
  readonly left: string;
}

export async function quiesce(arena: Arena, outboxKey: string): Promise<Rest> {
  await arena.endOldRedis();
  const deadline = performance.now() + REST_MS_MAX;
  let quiet = 0;
  let left = "not looked yet";
  while (quiet < LOOKS) {
    if (performance.now() > deadline || arena.signal.aborted) return { isQuiet: false, left };
    left = await lookAt(arena, outboxKey).catch((error) => String(error));
    quiet = left === "" ? quiet + 1 : 0;
    await arena.wait(LOOK_MS).catch(() => {});
  }
  return { isQuiet: true, left };
}

/** Returns what is left to do, empty when nothing is. */
async function lookAt(arena: Arena, outboxKey: string): Promise<string> {
  const { stores, pool, lag, fleet } = arena;
  const ready = await Promise.all(fleet.copies.map(async (copy) => await copy.isReady() ? "" : copy.id));
  const unready = ready.filter((id) => id !== "");
  if (unready.length > 0) return `not ready: ${unready.join(", ")}`;
  const waiting = await withRedis(stores.direct.redisUrl, (redis) => redis.xlen(outboxKey));
  if (waiting > 0) return `${waiting} votes in the outbox`;
  const behind = await lag();
  if (behind > 0) return `${behind} votes in Kafka`;
  const { rows } = await pool.query<{ count: number }>(
    "select count(*)::int as count from vote_events where carry <> 0",
  );
  const toCarry = rows[0]?.count ?? 0;
  return toCarry > 0 ? `${toCarry} votes to carry` : "";
}
