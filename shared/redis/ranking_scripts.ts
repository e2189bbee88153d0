/** The scripts behind lists of totals, typed: of names that are asked for, and of all names by rank, page by page. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import readRankingLua from "./lua/read_ranking.lua" with { type: "text" };
import readTotalsLua from "./lua/read_totals.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_TOTALS_SCRIPT: Script = {
  name: "readTotals",
  lua: readTotalsLua,
  keyCount: 3,
  words: ["totals", "not_ready"],
};
export const READ_RANKING_SCRIPT: Script = {
  name: "readRanking",
  lua: readRankingLua,
  keyCount: 3,
  words: ["page", "not_ready"],
};

export type TotalsOutcome =
  /** In the order of the names; 0 for one that has none. */
  | { readonly kind: "totals"; readonly totals: readonly number[] }
  | { readonly kind: "not_ready" };

export interface RankedName {
  readonly name: string;
  readonly total: number;
}

export interface RankingPlace {
  /** Where the page before ended; absent for the first page. */
  readonly after: RankedName | undefined;
  /** 1 or more. */
  readonly countMax: number;
}

export type RankingOutcome =
  | {
    readonly kind: "page";
    /** The highest total first. */
    readonly ranked: readonly RankedName[];
    /** How many names come before the page, and how many there are. */
    readonly beforeCount: number;
    readonly nameCount: number;
  }
  | { readonly kind: "not_ready" };

export function createReadTotalsScript(
  client: RedisClient,
  keys: ShardKeys,
): (names: readonly string[]) => Promise<TotalsOutcome> {
  const run = registerScript(client, READ_TOTALS_SCRIPT);
  return async (names) => {
    const [word, ...totals] = await run({
      keys: [keys.meta, keys.tally, keys.frozen],
      args: [client.incarnation(), ...names],
    });
    return word === "totals" ? { kind: "totals", totals: totals as number[] } : { kind: "not_ready" };
  };
}

export function createReadRankingScript(
  client: RedisClient,
  keys: ShardKeys,
): (place: RankingPlace) => Promise<RankingOutcome> {
  const run = registerScript(client, READ_RANKING_SCRIPT);
  return async ({ after, countMax }) => {
    const [word, nameCount, beforeCount, flat] = await run({
      keys: [keys.meta, keys.tally, keys.frozen],
      args: [client.incarnation(), countMax, after?.name ?? "", after?.total ?? ""],
    });
    if (word !== "page") return { kind: "not_ready" };
    return {
      kind: "page",
      ranked: rankedNames(flat as readonly string[]),
      beforeCount: beforeCount as number,
      nameCount: nameCount as number,
    };
  };
}

function rankedNames(flat: readonly string[]): RankedName[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    name: flat[2 * index] as string,
    total: Number(flat[2 * index + 1]),
  }));
}
