/** The scripts that open and close a shard, typed. Only the guard runs the writing ones. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import carryLua from "./lua/carry.lua" with { type: "text" };
import claimLua from "./lua/claim.lua" with { type: "text" };
import loadTallyLua from "./lua/load_tally.lua" with { type: "text" };
import openLua from "./lua/open.lua" with { type: "text" };
import readShardLua from "./lua/read_shard.lua" with { type: "text" };
import { createPollScripts, parsePoll, type PollInRedis, type PollScripts } from "./poll_scripts.ts";
import { registerScript, type Script } from "./script.ts";

export const READ_SHARD_SCRIPT: Script = {
  name: "readShard",
  lua: readShardLua,
  keyCount: 3,
  words: ["open", "closed"],
};
export const CLAIM_SCRIPT: Script = { name: "claimShard", lua: claimLua, keyCount: 3, words: ["claimed"] };
export const LOAD_TALLY_SCRIPT: Script = {
  name: "loadTally",
  lua: loadTallyLua,
  keyCount: 2,
  words: ["loaded", "claim_lost"],
};
export const OPEN_SCRIPT: Script = {
  name: "openShard",
  lua: openLua,
  keyCount: 6,
  words: ["opened", "claim_lost"],
};
export const CARRY_SCRIPT: Script = {
  name: "carryVotes",
  lua: carryLua,
  keyCount: 3,
  words: ["carried", "not_ready"],
};

/** Vote ids asked for at once. */
const SCAN_COUNT = 10_000;

/** Where the outbox ends, even when everything in it was trimmed. */
export interface OutboxPosition {
  readonly epoch: number;
  readonly version: number;
}

/** What Redis says of a shard at one moment. */
export interface ShardState {
  /** Open for the Redis process that answered. */
  readonly isOpen: boolean;
  /** Undefined where `meta` is absent. */
  readonly epoch: number | undefined;
  readonly newestOpensAt: number | undefined;
  /** Undefined where the outbox never was. */
  readonly last: OutboxPosition | undefined;
  /** How many votes were carried here from Postgres since the last restore. */
  readonly carriedCount: number;
  /** Redis time in ms. */
  readonly timeMs: number;
  readonly poll: PollInRedis;
}

export function createReadShardScript(client: RedisClient, keys: ShardKeys): () => Promise<ShardState> {
  const run = registerScript(client, READ_SHARD_SCRIPT);
  return async () => {
    const [word, epoch, newestOpensAt, lastId, carriedCount, timeMs, ...poll] = await run({
      keys: [keys.meta, keys.outbox, keys.carried],
      args: [client.incarnation()],
    });
    return {
      isOpen: word === "open",
      epoch: numberOrAbsent(epoch),
      newestOpensAt: numberOrAbsent(newestOpensAt),
      last: parsePosition(lastId as string),
      carriedCount: carriedCount as number,
      timeMs: timeMs as number,
      poll: parsePoll(poll),
    };
  };
}

/** A claim on a closed shard, and the Redis process that it was made on. */
export interface Claim {
  readonly claimId: string;
  readonly incarnation: string;
}

export interface TallyBatch extends Claim {
  readonly totals: readonly (readonly [name: string, total: string])[];
}

export interface Opening extends Claim {
  readonly epoch: number;
  readonly restored: boolean;
}

/** A stored vote whose effect Redis and Postgres do not share yet. */
export interface VoteToCarry {
  readonly voteId: string;
  readonly names: readonly string[];
  /** Of the totals, in the order of the names: plus what Redis lacks, minus what it counted in excess. */
  readonly changes: readonly number[];
}

export interface CarryBatch {
  readonly epoch: number;
  readonly votes: readonly VoteToCarry[];
}

/** What one Redis process says while it is claimed: it is closed, so all of it stands still. */
export interface ClaimedShard {
  readonly state: ShardState;
  /** Vote ids. */
  readonly carried: ReadonlySet<string>;
}

/**
 * What the guard writes. `loadTally` and `open` answer false, and change nothing, once the claim was overtaken or the
 * connection leads to another process: one that took this one's place may hold the claim, and half of what was loaded.
 */
export interface GuardScripts {
  /** The Redis process at the other end; throws while there is none. */
  incarnation(): string;
  readShard(): Promise<ShardState>;
  /** Undefined when another process has taken the claimed one's place. */
  readClaimed(incarnation: string): Promise<ClaimedShard | undefined>;
  claim(claimId: string): Promise<void>;
  loadTally(batch: TallyBatch): Promise<boolean>;
  open(opening: Opening): Promise<boolean>;
  /** Returns how many votes were not carried before, undefined when the epoch is not open here. */
  carry(batch: CarryBatch): Promise<number | undefined>;
  /** What makes the shard obey the poll. */
  readonly poll: PollScripts;
}

export function createGuardScripts(client: RedisClient, keys: ShardKeys): GuardScripts {
  const claim = registerScript(client, CLAIM_SCRIPT);
  const loadTally = registerScript(client, LOAD_TALLY_SCRIPT);
  const open = registerScript(client, OPEN_SCRIPT);
  const carry = registerScript(client, CARRY_SCRIPT);
  const readShard = createReadShardScript(client, keys);
  // Asked right before a command is handed over: without queue and resends it goes out on this connection or on none.
  const isThere = (incarnation: string) => client.incarnation() === incarnation;
  return {
    incarnation: client.incarnation,
    readShard,
    async readClaimed(incarnation) {
      if (!isThere(incarnation)) return undefined;
      const state = await readShard();
      const carried = await readCarried(client, keys);
      // No two processes share a run_id: the one that is there now is the one that gave every portion.
      return isThere(incarnation) ? { state, carried } : undefined;
    },
    async claim(claimId) {
      await claim({ keys: [keys.meta, keys.claim, keys.tallyLoading], args: [claimId] });
    },
    async loadTally({ incarnation, claimId, totals }) {
      if (!isThere(incarnation)) return false;
      const [word] = await loadTally({
        keys: [keys.claim, keys.tallyLoading],
        args: [claimId, ...totals.flatMap(([name, total]) => [total, name])],
      });
      return word === "loaded";
    },
    async open({ incarnation, claimId, epoch, restored }) {
      if (!isThere(incarnation)) return false;
      const [word] = await open({
        keys: [keys.meta, keys.claim, keys.tickets, keys.tally, keys.carried, keys.tallyLoading],
        args: [incarnation, claimId, epoch, restored ? "1" : "0"],
      });
      return word === "opened";
    },
    async carry({ epoch, votes }) {
      const [word, count] = await carry({
        keys: [keys.meta, keys.tally, keys.carried],
        args: [client.incarnation(), epoch, ...votes.flatMap(carryArguments)],
      });
      return word === "carried" ? count as number : undefined;
    },
    poll: createPollScripts(client, keys),
  };
}

/** In portions: there may be as many as votes came late. */
async function readCarried({ redis }: RedisClient, keys: ShardKeys): Promise<Set<string>> {
  const carried = new Set<string>();
  let cursor = "0";
  do {
    const [next, voteIds] = await redis.sscan(keys.carried, cursor, "COUNT", SCAN_COUNT);
    for (const voteId of voteIds) carried.add(voteId);
    cursor = next;
  } while (cursor !== "0");
  return carried;
}

function carryArguments({ voteId, names, changes }: VoteToCarry): (string | number)[] {
  return [voteId, names.length, ...names.flatMap((name, index) => [name, changes[index] as number])];
}

function numberOrAbsent(reply: unknown): number | undefined {
  return reply === "" ? undefined : Number(reply);
}

/** Reads an outbox id; there is none where a script says "". */
export function parsePosition(id: string): OutboxPosition | undefined {
  if (id === "") return undefined;
  const [epoch, version] = id.split("-");
  return { epoch: Number(epoch), version: Number(version) };
}
