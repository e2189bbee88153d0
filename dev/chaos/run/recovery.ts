/** How long after a fault until votes count again: a first one accepted, and that one in Postgres. */
import { setTimeout as timeout } from "node:timers/promises";
import type { Arena } from "./arena.ts";

export interface Recovery {
  /** From the end of the fault until the answer; undefined when none came in time. */
  readonly acceptedMs: number | undefined;
  /** Until that vote was in Postgres. */
  readonly storedMs: number | undefined;
}

export const ACCEPTED_MS_MAX = 45_000;
export const STORED_MS_MAX = 45_000;
const LOOK_MS = 50;

export async function awaitRecovery(arena: Arena, endedT: number): Promise<Recovery> {
  const { history, signal } = arena;
  const call = await history.acceptedAfter(endedT, { withinMs: ACCEPTED_MS_MAX, signal });
  if (!call) return { acceptedMs: undefined, storedMs: undefined };
  return { acceptedMs: call.t1 - endedT, storedMs: await storedAfter(arena, { ...call, endedT }) };
}

async function storedAfter(
  { pool, history, signal }: Arena,
  { requestId, endedT }: { requestId: string; endedT: number },
): Promise<number | undefined> {
  const deadline = performance.now() + STORED_MS_MAX;
  while (performance.now() < deadline && !signal.aborted) {
    try {
      const { rows } = await pool.query("select from vote_events where shard = 0 and request_id = $1", [
        requestId,
      ]);
      if (rows.length > 0) return history.nowT() - endedT;
    } catch {
      // Postgres is away: that is what is waited for.
    }
    await timeout(LOOK_MS);
  }
  return undefined;
}
