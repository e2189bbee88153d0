/** How far votes are stored, as Redis is told it for receipts: what a guard last said, and the next word, typed. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import publishStoredLua from "./lua/publish_stored.lua" with { type: "text" };
import readStoredLua from "./lua/read_stored.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_STORED_SCRIPT: Script = {
  name: "readStored",
  lua: readStoredLua,
  keyCount: 2,
  words: ["open", "not_ready"],
};
export const PUBLISH_STORED_SCRIPT: Script = {
  name: "publishStored",
  lua: publishStoredLua,
  keyCount: 2,
  words: ["published", "not_ready", "changed"],
};

/** By epoch: the highest version without a gap below it in Postgres. An epoch of which nothing is stored has none. */
export type StoredMarks = ReadonlyMap<number, number>;

export interface StoredWord {
  readonly marks: StoredMarks;
  /** What the marks rest on, as the guard writes it; "" for none. */
  readonly basis: string;
}

/** What Redis says, and the moment that it says it of. */
export interface StoredInRedis extends StoredWord {
  readonly epoch: number;
  /** `run_id` of the process that answered. */
  readonly incarnation: string;
}

export interface StoredScripts {
  /** Undefined while the shard is closed. */
  read(): Promise<StoredInRedis | undefined>;
  /** False, and nothing is written, where the shard is another one by now, or another guard has spoken since `seen`. */
  publish(word: StoredWord & { readonly seen: StoredInRedis; readonly lifeMs: number }): Promise<boolean>;
}

const BASIS = "basis";

export function createStoredScripts(client: RedisClient, keys: ShardKeys): StoredScripts {
  const read = registerScript(client, READ_STORED_SCRIPT);
  const publish = registerScript(client, PUBLISH_STORED_SCRIPT);
  return {
    async read() {
      const incarnation = client.incarnation();
      const [word, epoch, flat] = await read({ keys: [keys.meta, keys.stored], args: [incarnation] });
      if (word !== "open") return undefined;
      return { epoch: Number(epoch), incarnation, ...parseWord(flat as readonly string[]) };
    },
    async publish({ marks, basis, seen, lifeMs }) {
      const [word] = await publish({
        keys: [keys.meta, keys.stored],
        args: [seen.incarnation, seen.epoch, seen.basis, lifeMs, basis, ...[...marks].flat()],
      });
      return word === "published";
    },
  };
}

function parseWord(flat: readonly string[]): StoredWord {
  const marks = new Map<number, number>();
  let basis = "";
  for (let index = 0; index < flat.length; index += 2) {
    const [field, value] = [flat[index], flat[index + 1]] as [string, string];
    if (field === BASIS) basis = value;
    else marks.set(Number(field), Number(value));
  }
  return { marks, basis };
}
