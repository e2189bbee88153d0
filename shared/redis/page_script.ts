/** Reads the tally in pages, typed: each page at one moment, and short enough that no vote waits for it. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import readPageLua from "./lua/read_page.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";
import { type OutboxPosition, parsePosition } from "./shard_scripts.ts";

export const READ_PAGE_SCRIPT: Script = {
  name: "readPage",
  lua: readPageLua,
  keyCount: 3,
  words: ["open", "closed"],
};

/** Some names of a shard at one moment. */
export interface TallyPage {
  /** Open for the Redis process that answered. */
  readonly isOpen: boolean;
  /** Undefined where `meta` is absent. */
  readonly epoch: number | undefined;
  /** Undefined where the outbox never was. */
  readonly last: OutboxPosition | undefined;
  /** In the order of the names; 0 for one that has none. */
  readonly totals: readonly number[];
}

export interface ScannedNames {
  readonly names: readonly string[];
  /** Where to go on; "0" at the end, and at the beginning. */
  readonly cursor: string;
}

export interface TallyPages {
  /** `names` must not be empty. */
  read(names: readonly string[]): Promise<TallyPage>;
  /** Names of the tally: each that is there all the while comes at least once between two cursors of "0". */
  scan(at: { cursor: string; countMax: number }): Promise<ScannedNames>;
}

export function createTallyPages(client: RedisClient, keys: ShardKeys): TallyPages {
  const run = registerScript(client, READ_PAGE_SCRIPT);
  return {
    async read(names) {
      const [word, epoch, lastId, totals] = await run({
        keys: [keys.meta, keys.outbox, keys.tally],
        args: [client.incarnation(), ...names],
      });
      return {
        isOpen: word === "open",
        epoch: epoch === "" ? undefined : Number(epoch),
        last: parsePosition(lastId as string),
        totals: (totals as readonly (string | null)[]).map((total) => Number(total ?? 0)),
      };
    },
    async scan({ cursor, countMax }) {
      const [next, flat] = await client.redis.zscan(keys.tally, cursor, "COUNT", countMax);
      return { cursor: next, names: flat.filter((_, index) => index % 2 === 0) };
    },
  };
}
