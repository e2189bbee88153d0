/** The script behind live results, typed: everything that is shown to those who watch, as it stands at one moment. */
import type { PollState } from "../poll/poll_state.ts";
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import lua from "./lua/read_live.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_LIVE_SCRIPT: Script = {
  name: "readLive",
  lua,
  keyCount: 6,
  words: ["live", "not_ready"],
};

export interface NamedTotal {
  readonly name: string;
  readonly total: number;
}

export interface LiveTicket {
  readonly ticket: string;
  readonly expiresAt: number;
  readonly usesLeft: number;
}

/** The present totals, or the published ones while results are frozen. */
export interface LiveState extends PollState {
  readonly epoch: string;
  /** By Redis's clock. */
  readonly readAtMs: number;
  /** Votes counted in the epoch; goes on while results are frozen. */
  readonly voteCount: number;
  /** How many names have a total. */
  readonly candidateCount: number;
  /** The highest total first; equal ones in the reverse order of their names' bytes. */
  readonly leaders: readonly NamedTotal[];
  /** Undefined while none is open. */
  readonly ticket: LiveTicket | undefined;
}

export type LiveOutcome =
  | { readonly kind: "live"; readonly state: LiveState }
  | { readonly kind: "not_ready" };

/** The runner takes how many of the leaders are wanted. */
export function createReadLiveScript(
  client: RedisClient,
  keys: ShardKeys,
): (namesMax: number) => Promise<LiveOutcome> {
  const run = registerScript(client, READ_LIVE_SCRIPT);
  return async (namesMax) => {
    const [word, ...rest] = await run({
      keys: [keys.meta, keys.tally, keys.frozen, keys.outbox, keys.tickets, keys.ticketBase],
      args: [client.incarnation(), namesMax],
    });
    return word === "live" ? { kind: "live", state: stateOf(rest) } : { kind: "not_ready" };
  };
}

function stateOf(rest: readonly unknown[]): LiveState {
  const [epoch, readAtMs, voting, results, lastId, candidateCount, leaders, ticket] = rest;
  return {
    epoch: epoch as string,
    readAtMs: readAtMs as number,
    voting: voting as PollState["voting"],
    results: results as PollState["results"],
    voteCount: countOf(epoch as string, lastId as string),
    candidateCount: candidateCount as number,
    leaders: namedTotals(leaders as readonly (string | number)[]),
    ticket: ticketOf(ticket as readonly (string | number)[]),
  };
}

/** Versions are counted from 0. The last vote may be of the epoch before, when nobody has voted in this one. */
function countOf(epoch: string, lastId: string): number {
  const [lastEpoch, version] = lastId.split("-");
  return lastEpoch === epoch ? Number(version) + 1 : 0;
}

function namedTotals(flat: readonly (string | number)[]): NamedTotal[] {
  const totals: NamedTotal[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    totals.push({ name: flat[at] as string, total: flat[at + 1] as number });
  }
  return totals;
}

function ticketOf([ticket, expiresAt, usesLeft]: readonly (string | number)[]): LiveTicket | undefined {
  if (ticket === undefined) return undefined;
  return { ticket: ticket as string, expiresAt: expiresAt as number, usesLeft: usesLeft as number };
}
