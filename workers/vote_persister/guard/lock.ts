/**
 * Which guard is active: the one that holds an advisory lock of Postgres. The lock lives as long as its connection, so
 * everything that the guard does in Postgres is done on that one.
 */
import type { PostgresClient, PostgresPool } from "../../../shared/postgres/pool.ts";
import { createGuardLedger, ensureShard, type GuardLedger } from "./ledger.ts";

export interface GuardLock {
  /** The ledger on the connection that holds the lock; undefined while another guard holds it. */
  acquire(): Promise<GuardLedger | undefined>;
  /** Gives the lock back, and the connection up: it may be dead. */
  release(): void;
  /** Throws when Postgres does not answer. */
  ping(): Promise<void>;
}

export function createGuardLock(
  pool: PostgresPool,
  { shard, schema }: { shard: number; schema: string },
): GuardLock {
  let held: { client: PostgresClient; ledger: GuardLedger } | undefined;
  return {
    async acquire() {
      if (held) return held.ledger;
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ locked: boolean }>(
          "select pg_try_advisory_lock(hashtextextended('cast.guard.' || $1, $2)) as locked",
          [schema, shard],
        );
        if (!rows[0]?.locked) {
          client.release();
          return undefined;
        }
        await ensureShard(client, shard);
      } catch (error) {
        client.release(true);
        throw error;
      }
      held = { client, ledger: createGuardLedger(client, shard) };
      return held.ledger;
    },
    release() {
      held?.client.release(true);
      held = undefined;
    },
    ping: async () => void await pool.query("select"),
  };
}
