/** How long a lone vote takes from its answer to its row, through every program, with nothing else to do. */
import { setTimeout as timeout } from "node:timers/promises";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { ApiClient } from "../../system/api_client.ts";

/** Longer than any beat of the programs, so that a vote meets each of them at a random phase. */
const PAUSE_MS_MAX = 60;
const ROW_MS_MAX = 10_000;

/** Returns the ms of each vote, one after the other. */
export async function idleLags(
  { client, pool, count, signal }: {
    client: ApiClient;
    pool: PostgresPool;
    count: number;
    signal: AbortSignal;
  },
): Promise<number[]> {
  const lags: number[] = [];
  for (let vote = 0; vote < count; vote++) {
    await timeout(Math.random() * PAUSE_MS_MAX, undefined, { signal });
    const { ticket } = await client.whenTicketOpen();
    const before = await rowCount(pool);
    const answer = await client.vote({ usernames: ["candidate 1"], voteCount: [1], ticket });
    const answeredAt = performance.now();
    if (answer.kind !== "result" || !answer.result.success) {
      throw new Error(`Measure the idle lag: wanted an accepted vote, got ${JSON.stringify(answer)}`);
    }
    while (await rowCount(pool) === before) {
      if (performance.now() - answeredAt > ROW_MS_MAX) {
        throw new Error(`Measure the idle lag: no row after ${ROW_MS_MAX} ms`);
      }
    }
    lags.push(performance.now() - answeredAt);
  }
  return lags;
}

async function rowCount(pool: PostgresPool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from vote_events");
  return rows[0]?.count ?? 0;
}
