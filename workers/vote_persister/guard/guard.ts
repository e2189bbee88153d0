/**
 * The guard of a shard: the only one who opens it. Every persister runs one; an advisory lock of Postgres makes one of
 * them active, and a claim in Redis keeps one that lost the lock without noticing from opening what another has opened.
 *
 *   look ──all well──▶ look again
 *     └──closed, or Redis and Postgres contradict each other──▶ claim ─▶ transaction (keep | restore) ─▶ load ─▶ open
 */
import { createFreshness } from "../../../shared/lifecycle/freshness.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { PostgresClient, PostgresPool } from "../../../shared/postgres/pool.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { ShardKeys } from "../../../shared/redis/keys.ts";
import { createGuardScripts, createReadShardScript } from "../../../shared/redis/shard_scripts.ts";
import { whyReopen } from "./decide.ts";
import { ensureShard, readLedger } from "./ledger.ts";
import { reopen } from "./reopen.ts";

export interface GuardOptions {
  readonly shard: number;
  readonly schema: string;
  readonly pool: PostgresPool;
  readonly redis: RedisClient;
  readonly keys: ShardKeys;
  /** Waits until the votes that Kafka holds are stored, within bounds. */
  readonly drain: (client: PostgresClient) => Promise<void>;
  readonly log: Logger;
}

export interface Guard {
  /** One look, and what it calls for; returns how many ms to wait before the next. */
  step(): Promise<number>;
  /** Whether Postgres has answered lately. */
  hasLedger(): boolean;
  /** Gives the lock back. */
  close(): void;
}

/** How long a closed shard goes unnoticed. */
const LOOK_MS = 100;
const WATCH_LOCK_MS = 250;
/** Looks come several times a second, so Postgres is away when none has reached it for this long. */
const LEDGER_AGE_MS_MAX = 5000;

export function createGuard({ shard, schema, pool, redis, keys, drain, log }: GuardOptions): Guard {
  const readShard = createReadShardScript(redis, keys);
  const scripts = createGuardScripts(redis, keys);
  const reached = createFreshness(LEDGER_AGE_MS_MAX);
  let active: PostgresClient | undefined;

  /** The lock lives as long as its connection, so everything the guard does in Postgres is done on that one. */
  async function becomeActive(): Promise<PostgresClient | undefined> {
    if (active) return active;
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
    log.info("guard_active", { shard });
    return active = client;
  }

  function giveUp(): void {
    active?.release(true);
    active = undefined;
  }

  async function look(client: PostgresClient): Promise<number> {
    const ledger = await readLedger(client, shard);
    reached.mark();
    const reason = whyReopen(ledger, await readShard());
    if (!reason) return LOOK_MS;
    const outcome = await reopen(
      { shard, client, redis, keys, readShard, scripts, drain: () => drain(client), log },
      reason,
    );
    if (outcome.kind === "superseded") log.warn("reopen_superseded", { shard });
    return 0;
  }

  return {
    hasLedger: reached.isFresh,
    async step() {
      if (!redis.isConnected()) {
        // One that cannot reach Redis must not keep those away that can.
        giveUp();
        await pool.query("select");
        reached.mark();
        return LOOK_MS;
      }
      const client = await becomeActive();
      reached.mark();
      if (!client) return WATCH_LOCK_MS;
      try {
        return await look(client);
      } catch (error) {
        // A lock on a connection that may be dead is no lock: another guard may have it by now.
        giveUp();
        throw error;
      }
    },
    close: giveUp,
  };
}
