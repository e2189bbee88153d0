/**
 * The scripts by which a shard comes to obey a state of the poll, typed. Only the guard runs them: what is large it loads
 * in batches into keys of its own, and then switches everything at one moment.
 */
import type { PollState } from "../poll/poll_state.ts";
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import loadCandidatesLua from "./lua/load_candidates.lua" with { type: "text" };
import loadFrozenLua from "./lua/load_frozen.lua" with { type: "text" };
import loadVotersLua from "./lua/load_voters.lua" with { type: "text" };
import switchPollLua from "./lua/switch_poll.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";
import type { Claim } from "./shard_scripts.ts";

export const LOAD_CANDIDATES_SCRIPT: Script = {
  name: "loadCandidates",
  lua: loadCandidatesLua,
  keyCount: 1,
  words: ["loaded"],
};
export const LOAD_FROZEN_SCRIPT: Script = {
  name: "loadFrozen",
  lua: loadFrozenLua,
  keyCount: 1,
  words: ["loaded"],
};
export const LOAD_VOTERS_SCRIPT: Script = {
  name: "loadVoters",
  lua: loadVotersLua,
  keyCount: 2,
  words: ["loaded", "claim_lost"],
};
export const SWITCH_POLL_SCRIPT: Script = {
  name: "switchPoll",
  lua: switchPollLua,
  keyCount: 6,
  words: ["switched", "changed", "incomplete"],
};

/** What Redis was last made to obey; a Redis that never was takes every vote and shows every total. */
export interface PollInRedis extends PollState {
  /** Undefined where no guard has written one. */
  readonly revision: string | undefined;
  /** Since when, by Redis's clock, voting is what it is. */
  readonly votingSinceMs: number | undefined;
  /** Whose totals are shown. */
  readonly frozenRevision: string | undefined;
  /** Of the names that may be voted for; undefined: any. */
  readonly candidatesDigest: string | undefined;
}

/** What a shard is to obey from now on. */
export interface PollSwitch {
  readonly incarnation: string;
  /** An open shard, or one that is claimed. */
  readonly on: { readonly epoch: number } | { readonly claimId: string };
  /** What Redis obeyed when the guard decided: another guard may have switched since. */
  readonly seen: PollInRedis;
  readonly to: Omit<PollInRedis, "revision" | "votingSinceMs"> & { readonly revision: string };
  /** What was loaded, and how much of it; undefined where Redis has the right one already. */
  readonly candidates: LoadedNames | undefined;
  readonly frozen: LoadedNames | undefined;
}

export interface LoadedNames {
  /** Of this one load. */
  readonly loadId: string;
  readonly count: number;
}

/** How many votes a voter has cast in a window that is still running. */
export interface VoterVotes {
  readonly voter: string;
  readonly votes: number;
  /** When the window ends, by Redis's clock. */
  readonly endsAtMs: number;
}

export interface PollScripts {
  loadCandidates(loadId: string, names: readonly string[]): Promise<void>;
  loadFrozen(loadId: string, totals: readonly (readonly [name: string, total: string])[]): Promise<void>;
  /** False, and nothing is changed, once the claim was overtaken or Redis is another process. */
  loadVoters(claim: Claim, voters: readonly VoterVotes[]): Promise<boolean>;
  /** Since when voting is what it is; undefined, and nothing is changed, where things have changed meanwhile. */
  switchTo(change: PollSwitch): Promise<number | undefined>;
  /** The totals that are published, undefined once Redis is another process; in portions, since only guards write them. */
  readFrozen(incarnation: string): Promise<[name: string, total: string][] | undefined>;
}

/** A load goes on for seconds; one that was given up is gone after this. */
const KEEP_MS = 600_000;
const PORTION_NAMES = 1000;

export function createPollScripts(client: RedisClient, keys: ShardKeys): PollScripts {
  const loadCandidates = registerScript(client, LOAD_CANDIDATES_SCRIPT);
  const loadFrozen = registerScript(client, LOAD_FROZEN_SCRIPT);
  const loadVoters = registerScript(client, LOAD_VOTERS_SCRIPT);
  const switchPoll = registerScript(client, SWITCH_POLL_SCRIPT);
  const isThere = (incarnation: string) => client.incarnation() === incarnation;
  return {
    async loadCandidates(loadId, names) {
      await loadCandidates({ keys: [keys.candidatesLoading(loadId)], args: [KEEP_MS, ...names] });
    },
    async loadFrozen(loadId, totals) {
      const args = totals.flatMap(([name, total]) => [total, name]);
      await loadFrozen({ keys: [keys.frozenLoading(loadId)], args: [KEEP_MS, ...args] });
    },
    async loadVoters({ incarnation, claimId }, voters) {
      if (!isThere(incarnation)) return false;
      const args = voters.flatMap(({ voter, votes, endsAtMs }) => [voter, votes, endsAtMs]);
      const [word] = await loadVoters({ keys: [keys.claim, keys.voter("")], args: [claimId, ...args] });
      return word === "loaded";
    },
    async switchTo(change) {
      if (!isThere(change.incarnation)) return undefined;
      const [word, since] = await switchPoll({
        keys: [
          ...[keys.meta, keys.claim, keys.candidates, keys.frozen],
          keys.candidatesLoading(change.candidates?.loadId ?? "none"),
          keys.frozenLoading(change.frozen?.loadId ?? "none"),
        ],
        args: switchArguments(change),
      });
      return word === "switched" ? since as number : undefined;
    },
    async readFrozen(incarnation) {
      const totals = await readFrozen(client, keys);
      return isThere(incarnation) ? totals : undefined;
    },
  };
}

/** The fields that readShard finds in `meta`. */
export function parsePoll(reply: readonly unknown[]): PollInRedis {
  const [revision, voting, votingSince, results, frozenRevision, candidatesDigest] = reply as string[];
  return {
    revision: revision || undefined,
    voting: voting === "closed" ? "closed" : "open",
    votingSinceMs: votingSince ? Number(votingSince) : undefined,
    results: results === "frozen" ? "frozen" : "live",
    frozenRevision: frozenRevision || undefined,
    candidatesDigest: candidatesDigest || undefined,
  };
}

function switchArguments({ incarnation, on, seen, to, candidates, frozen }: PollSwitch): (string | number)[] {
  const [claimId, epoch] = "claimId" in on ? [on.claimId, ""] : ["", on.epoch];
  return [
    ...[incarnation, claimId, epoch, seen.revision ?? "", seen.candidatesDigest ?? ""],
    ...[to.revision, to.voting, to.results, to.frozenRevision ?? "", to.candidatesDigest ?? ""],
    ...[candidates?.count ?? "", frozen?.count ?? ""],
  ];
}

async function readFrozen({ redis }: RedisClient, keys: ShardKeys): Promise<[string, string][]> {
  const totals: [string, string][] = [];
  while (true) {
    const end = String(totals.length + PORTION_NAMES - 1);
    const flat = await redis.zrange(keys.frozen, totals.length, end, "WITHSCORES");
    for (let index = 0; index < flat.length; index += 2) {
      totals.push([flat[index] as string, flat[index + 1] as string]);
    }
    if (flat.length < 2 * PORTION_NAMES) return totals;
  }
}
