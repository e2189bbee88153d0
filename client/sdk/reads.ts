/** What the client can ask: totals, the leaderboard, all candidates, receipts. */
import { readName, readRequestId } from "./ballot.ts";
import type { CallOptions, Calls } from "./call.ts";
import { CANDIDATES, LEADERBOARD, RECEIPT, TALLIES, TOTAL } from "./documents.ts";
import { CastUsageError } from "./errors.ts";
import {
  type Leaderboard,
  type LeaderboardAnswer,
  readLeaderboard,
  readTally,
  type Receipt,
  type Tally,
  type TallyAnswer,
} from "./results.ts";
import type { Transport } from "./transport.ts";

const TALLIES_MAX = 100;
const LEADERS_MAX = 100;
const PAGE_SIZE_MAX = 500;

export interface CandidatesOptions extends CallOptions {
  /** How many names are fetched at once: 200 unless told otherwise, 500 at most. */
  readonly pageSize?: number | undefined;
}

export interface Reads {
  /** The total of a name; 0 where it has no votes. */
  total(name: string, options?: CallOptions): Promise<number>;
  /** The totals of up to 100 names, in the order asked. */
  tallies(names: readonly string[], options?: CallOptions): Promise<readonly Tally[]>;
  /** The names with the highest totals: 10 unless told otherwise, 100 at most. */
  leaderboard(first?: number, options?: CallOptions): Promise<Leaderboard>;
  /**
   * Every name that has votes, the highest total first, fetched page by page; the deadline is that of one page. Votes
   * that come meanwhile move names: one may be met twice or not at all.
   */
  candidates(options?: CandidatesOptions): AsyncGenerator<Tally, void, undefined>;
  /** How far an accepted vote has come; undefined when no vote is remembered under that id. */
  receipt(requestId: string, options?: CallOptions): Promise<Receipt | undefined>;
}

interface Page {
  readonly edges: readonly { readonly node: TallyAnswer }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export function createReads({ transport, calls }: { transport: Transport; calls: Calls }): Reads {
  async function ask<T>(
    { document, variables }: { document: string; variables: Readonly<Record<string, unknown>> },
    options: CallOptions,
  ): Promise<T> {
    return await calls.read(options, (signal) => transport.ask<T>({ document, variables }, signal));
  }

  async function readPage(
    variables: { readonly first: number; readonly after: string | null },
    options: CallOptions,
  ): Promise<Page> {
    return (await ask<{ candidates: Page }>({ document: CANDIDATES, variables }, options)).candidates;
  }

  return {
    async total(name, options = {}) {
      const variables = { username: readName(name) };
      return (await ask<{ query: number }>({ document: TOTAL, variables }, options)).query;
    },

    async tallies(names, options = {}) {
      if (names.length > TALLIES_MAX) {
        throw new CastUsageError(`Ask for ${TALLIES_MAX} names at most at once: got ${names.length}`);
      }
      if (names.length === 0) return [];
      const variables = { usernames: names.map(readName) };
      const { tallies } = await ask<{ tallies: TallyAnswer[] }>({ document: TALLIES, variables }, options);
      return tallies.map(readTally);
    },

    async leaderboard(first = 10, options = {}) {
      const variables = { first: readFirst(first) };
      const { leaderboard } = await ask<{ leaderboard: LeaderboardAnswer }>(
        { document: LEADERBOARD, variables },
        options,
      );
      return readLeaderboard(leaderboard);
    },

    async *candidates({ pageSize = 200, ...options } = {}) {
      const first = readSize(pageSize, { name: "pageSize", max: PAGE_SIZE_MAX });
      let after: string | null = null;
      do {
        const page: Page = await readPage({ first, after }, options);
        for (const { node } of page.edges) yield readTally(node);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
    },

    async receipt(requestId, options = {}) {
      const variables = { requestId: readRequestId(requestId) };
      return (await ask<{ receipt: Receipt | null }>({ document: RECEIPT, variables }, options)).receipt ??
        undefined;
    },
  };
}

/** How many leaders are asked for. */
export function readFirst(first: number): number {
  return readSize(first, { name: "first", max: LEADERS_MAX });
}

function readSize(size: number, { name, max }: { name: string; max: number }): number {
  if (Number.isInteger(size) && size >= 1 && size <= max) return size;
  throw new CastUsageError(`Set ${name} to a whole number from 1 to ${max}: got ${size}`);
}
