/**
 * A guard's scene with receipts: what the guard says of stored votes is said when the test wants it, Postgres can be put
 * back to a backup and Redis to an older copy.
 */
import { createReadReceiptScript } from "../../../shared/redis/receipt_script.ts";
import { createStoredScripts, type StoredScripts } from "../../../shared/redis/stored_scripts.ts";
import type { World } from "../../../shared/testing/world.ts";
import { createStoredLedger } from "../guard/stored_ledger.ts";
import {
  createStoredPublisher,
  type StoredPublisher,
  type StoredPublisherOptions,
} from "../guard/stored_marks.ts";
import { createGuardScene, type GuardScene } from "./guard_scene.ts";

export interface ReceiptScene extends GuardScene {
  readonly publisher: StoredPublisher;
  /** Another one, that does not know what this one has said. */
  addPublisher(options?: Partial<StoredPublisherOptions>): StoredPublisher;
  readonly scripts: StoredScripts;
  /** How far the vote of a request has come. */
  state(requestId: string): Promise<string>;
  /** What Redis says of stored votes, by epoch in order. */
  marks(): Promise<[epoch: number, version: number][]>;
  /** Returns what puts Postgres back to this moment. */
  backUpPostgres(): Promise<() => Promise<void>>;
  /** Returns what puts Redis back to this moment, as another process. */
  copyRedis(): Promise<() => Promise<void>>;
}

const TABLES = ["shards", "epochs", "consumed", "votes", "vote_events", "forgotten_records"];

export async function createReceiptScene(world: World): Promise<ReceiptScene> {
  const scene = await createGuardScene(world);
  const { redis: { redis }, keys, name } = world;
  const { pool } = scene.ledger;
  const scripts = createStoredScripts(world.redis, keys);
  const readReceipt = createReadReceiptScript(world.redis, keys);
  const addPublisher = (options: Partial<StoredPublisherOptions> = {}) =>
    createStoredPublisher({
      shard: 0,
      ledger: createStoredLedger(pool, { shard: 0 }),
      scripts,
      isActive: scene.guard.isActive,
      nowMs: () => performance.now(),
      log: world.log,
      ...options,
    });

  return {
    ...scene,
    publisher: addPublisher(),
    addPublisher,
    scripts,
    state: async (requestId) => (await readReceipt(requestId)).kind,
    async marks() {
      const { marks = new Map<number, number>() } = await scripts.read() ?? {};
      return [...marks].sort(([one], [other]) => one - other);
    },
    async backUpPostgres() {
      const backup = `backup_${crypto.randomUUID().replaceAll("-", "")}`;
      for (const table of TABLES) await pool.query(`create table ${backup}_${table} as table ${table}`);
      return async () => {
        for (const table of TABLES) {
          await pool.query(`delete from ${table}`);
          await pool.query(
            `insert into ${table} ${
              table === "votes" ? "overriding system value" : ""
            } table ${backup}_${table}`,
          );
        }
      };
    },
    async copyRedis() {
      const found = await redis.keys(`${name}:*`);
      const copy = await Promise.all(
        found.map(async (key) => [key, await redis.dumpBuffer(key), await redis.pexpiretime(key)] as const),
      );
      return async () => {
        await scene.wipe();
        for (const [key, dump, expiresAt] of copy) {
          await redis.restore(key, Math.max(expiresAt, 0), dump as Buffer, "ABSTTL");
        }
        await scene.pretendRestart();
      };
    },
  };
}
