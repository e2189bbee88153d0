/** A guard's scene with an operator: who changes the poll in Postgres and waits until a guard has made Redis obey. */
import { changePoll, lockPoll, type PollRow, readPoll } from "../../../shared/poll/poll_table.ts";
import type { PollState } from "../../../shared/poll/poll_state.ts";
import type { PollInRedis } from "../../../shared/redis/poll_scripts.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { Guard } from "../guard/guard.ts";
import { createGuardScene, type GuardScene } from "./guard_scene.ts";

export interface PollScene extends GuardScene {
  change(to: Partial<PollState>): Promise<PollRow>;
  poll(): Promise<PollRow>;
  /** What Postgres has noted of the shard. */
  noted(): Promise<{ revision: string; votingSinceMs: number; candidates: number | null } | undefined>;
  /** Looks until Postgres notes that the shard obeys; returns what Redis obeys then. */
  obey(guard?: Guard): Promise<PollInRedis>;
  /** The totals that are published while results are frozen. */
  frozen(): Promise<Record<string, number>>;
  /** Puts the tables of the poll back to what they are now. */
  backup(): Promise<() => Promise<void>>;
}

const TABLES = ["poll_revisions", "poll", "poll_applied", "frozen_totals"] as const;

export async function createPollScene(world: World): Promise<PollScene> {
  const scene = await createGuardScene(world);
  const { pool } = scene.ledger;
  const { redis: { redis }, keys } = world;

  async function change(to: Partial<PollState>): Promise<PollRow> {
    const client = await pool.connect();
    try {
      await client.query("begin");
      const from = await lockPoll(client);
      const { voting, results } = from;
      const poll = await changePoll(client, { from, to: { voting, results, ...to } });
      await client.query("commit");
      return poll;
    } finally {
      client.release();
    }
  }

  async function noted() {
    const { rows: [row] } = await pool.query<{ revision: string; since: Date; count: number | null }>(
      "select revision, voting_since as since, candidates_count as count from poll_applied where shard = 0",
    );
    return row && { revision: row.revision, votingSinceMs: row.since.getTime(), candidates: row.count };
  }

  async function backup() {
    for (const table of TABLES) await pool.query(`create table backup_${table} as table ${table}`);
    return async () => {
      await pool.query(`truncate ${TABLES.join(", ")}`);
      for (const table of TABLES) await pool.query(`insert into ${table} table backup_${table}`);
    };
  }

  // The scene's own counts are getters: they must stay what they are.
  return Object.defineProperties({
    change,
    poll: () => readPoll(pool),
    noted,
    async obey(guard: Guard = scene.guard) {
      return await waitFor(async () => {
        await guard.step();
        const { poll: inRedis } = await scene.readShard();
        const { revision } = await readPoll(pool);
        return inRedis.revision === revision && (await noted())?.revision === revision && inRedis;
      }, { what: "a shard that obeys" });
    },
    async frozen() {
      const flat = await redis.zrange(keys.frozen, 0, "-1", "WITHSCORES");
      return Object.fromEntries(
        Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index], Number(flat[2 * index + 1])]),
      );
    },
    backup,
  }, Object.getOwnPropertyDescriptors(scene)) as PollScene;
}
