/**
 * Copies of Redis's data, made as its documentation says: while no rewrite of the append-only file can begin, its folder is
 * copied file by file. Only its last file grows meanwhile, so the copy is what Redis held at one moment.
 */
import { join } from "node:path";
import { exists } from "../../stack/fetch_once.ts";
import { waitUntil } from "../../stack/wait_until.ts";
import { copyFolder } from "./copy_folder.ts";
import { askRedis } from "./redis_session.ts";

const APPEND_ONLY = "appendonlydir";
const REWRITE_PERCENTAGE = "auto-aof-rewrite-percentage";
const REWRITE_DEADLINE_MS = 60_000;

/** A copy of Redis's data as a backup would have made it; usable any number of times. */
export interface RedisCopy {
  readonly folder: string;
}

/** Copies what a running Redis holds to a new folder. */
export async function takeRedisCopy(
  source: { folder: string; port: number },
  folder: string,
): Promise<RedisCopy> {
  return await askRedis(source.port, async ({ redis }) => {
    const [, percentage = "100"] = await redis.config("GET", REWRITE_PERCENTAGE) as string[];
    await redis.config("SET", REWRITE_PERCENTAGE, "0");
    try {
      await waitUntil(
        async () => !/^aof_rewrite_(in_progress|scheduled):1/m.test(await redis.info("persistence")),
        {
          what: "Redis has rewritten its append-only file",
          deadlineMs: REWRITE_DEADLINE_MS,
        },
      );
      await copyRedisData(source.folder, folder);
      return { folder };
    } finally {
      await redis.config("SET", REWRITE_PERCENTAGE, percentage);
    }
  });
}

/** From the folder of a Redis, dead or alive, or of a copy, to that of another. */
export async function copyRedisData(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  // One that was killed before its first moment has nothing.
  if (!await exists(join(from, APPEND_ONLY))) return;
  await copyFolder({ from: join(from, APPEND_ONLY), to: join(to, APPEND_ONLY) });
}
