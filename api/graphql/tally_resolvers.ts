/** Totals in the words of the schema: of the names that are asked for, and of every name by rank, page by page. */
import type { RankedName } from "../../shared/redis/ranking_scripts.ts";
import { nameProblem } from "../../shared/vote/rules.ts";
import type { ShardReader } from "../shard_reader.ts";
import { clampTotal } from "./clamp_total.ts";
import { cursorOf, placeOf } from "./cursor.ts";
import { closedError, inputInvalidError } from "./errors.ts";

export const TALLIES_MAX = 100;
export const PAGE_NAMES_MAX = 500;

export interface Tally {
  readonly username: string;
  readonly votes: number;
}

export interface CandidateConnection {
  readonly edges: readonly { readonly cursor: string; readonly node: Tally }[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface CandidatesArguments {
  readonly first: number;
  /** Null and absent are the same. */
  readonly after?: string | null;
}

export function createTallyResolvers(reader: Pick<ShardReader, "readTotals" | "readRanking">) {
  return {
    async tallies(_root: unknown, { usernames: names }: { usernames: readonly string[] }): Promise<Tally[]> {
      if (names.length > TALLIES_MAX) {
        throw inputInvalidError(`usernames must hold at most ${TALLIES_MAX} names`);
      }
      for (const name of names) {
        const problem = nameProblem(name);
        if (problem !== undefined) throw inputInvalidError(`usernames: each name ${problem}`);
      }
      const outcome = await reader.readTotals(names);
      if (outcome.kind === "not_ready") throw closedError();
      return names.map((name, index) => tallyOf({ name, total: outcome.totals[index] as number }));
    },

    async candidates(_root: unknown, { first, after }: CandidatesArguments): Promise<CandidateConnection> {
      if (first < 1 || first > PAGE_NAMES_MAX) {
        throw inputInvalidError(`first must be from 1 to ${PAGE_NAMES_MAX}`);
      }
      const place = after == null ? undefined : placeOf(after);
      if (after != null && place === undefined) {
        throw inputInvalidError("after must be the endCursor of a page");
      }
      const outcome = await reader.readRanking({ after: place, countMax: first });
      if (outcome.kind === "not_ready") throw closedError();
      const { ranked, beforeCount, nameCount } = outcome;
      const edges = ranked.map((name) => ({ cursor: cursorOf(name), node: tallyOf(name) }));
      return {
        edges,
        pageInfo: {
          hasNextPage: beforeCount + edges.length < nameCount,
          hasPreviousPage: beforeCount > 0,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
        totalCount: nameCount,
      };
    },
  };
}

export function tallyOf({ name, total }: RankedName): Tally {
  return { username: name, votes: clampTotal(total) };
}
