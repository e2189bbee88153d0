/** The scripts of an audit, typed: one reads everything at one moment, one closes a shard that was found wrong. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import closeLua from "./lua/close.lua" with { type: "text" };
import readTallyLua from "./lua/read_tally.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";
import { type OutboxPosition, parsePosition } from "./shard_scripts.ts";

export const READ_TALLY_SCRIPT: Script = {
  name: "readTally",
  lua: readTallyLua,
  keyCount: 4,
  words: ["open", "closed"],
};
export const CLOSE_SCRIPT: Script = {
  name: "closeShard",
  lua: closeLua,
  keyCount: 1,
  words: ["closed", "changed"],
};

/** One moment of a shard. */
export interface TallySnapshot {
  /** Open for the Redis process that answered. */
  readonly isOpen: boolean;
  /** `run_id` of that process. */
  readonly incarnation: string;
  /** Undefined where `meta` is absent. */
  readonly epoch: number | undefined;
  /** Undefined where the outbox never was. */
  readonly last: OutboxPosition | undefined;
  readonly outboxLength: number;
  /** Undefined while the outbox is empty. */
  readonly outboxFirst: OutboxPosition | undefined;
  readonly carriedCount: number;
  readonly tally: Map<string, number>;
}

/**
 * A million names are a reply of some 40 MB, and keep Redis from its other work for as long as it takes to build: give
 * the client a command timeout that allows for it.
 */
export function createReadTallyScript(client: RedisClient, keys: ShardKeys): () => Promise<TallySnapshot> {
  const run = registerScript(client, READ_TALLY_SCRIPT);
  return async () => {
    const incarnation = client.incarnation();
    const [word, epoch, lastId, outboxLength, firstId, carriedCount, tally] = await run({
      keys: [keys.meta, keys.outbox, keys.carried, keys.tally],
      args: [incarnation],
    });
    return {
      isOpen: word === "open",
      incarnation,
      epoch: epoch === "" ? undefined : Number(epoch),
      last: parsePosition(lastId as string),
      outboxLength: outboxLength as number,
      outboxFirst: parsePosition(firstId as string),
      carriedCount: carriedCount as number,
      tally: parseTally(tally as readonly string[]),
    };
  };
}

/** What was compared: a shard that is open in another epoch, or for another process, is another one. */
export interface ComparedShard {
  readonly incarnation: string;
  readonly epoch: number;
}

/** Closes the shard so that the guard restores it. Returns false, and changes nothing, where it is another one by now. */
export function createCloseScript(
  client: RedisClient,
  keys: ShardKeys,
): (compared: ComparedShard) => Promise<boolean> {
  const run = registerScript(client, CLOSE_SCRIPT);
  return async ({ incarnation, epoch }) => {
    if (client.incarnation() !== incarnation) return false;
    const [word] = await run({ keys: [keys.meta], args: [incarnation, epoch] });
    return word === "closed";
  };
}

function parseTally(flat: readonly string[]): Map<string, number> {
  const tally = new Map<string, number>();
  for (let index = 0; index < flat.length; index += 2) {
    tally.set(flat[index] as string, Number(flat[index + 1]));
  }
  return tally;
}
