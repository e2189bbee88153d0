/**
 * Where the words of the schema meet ours: usernames are names, voteCount counts, votes totals. Nothing else in CAST
 * knows the schema's words.
 */
import type { RefusalCode } from "../../shared/vote/outcome.ts";
import { nameProblem, TOTAL_MAX } from "../../shared/vote/rules.ts";
import type { CastVote } from "../cast_vote.ts";
import type { ShardReader } from "../shard_reader.ts";
import { clampTotal } from "./clamp_total.ts";
import {
  closedError,
  inputInvalidError,
  notReadyError,
  outcomeUnknownError,
  SHARD_CLOSED,
} from "./errors.ts";
import { createLeaderboardResolvers, SUBSCRIPTION_RESOLVERS } from "./live_resolvers.ts";
import { createReceiptResolvers } from "./receipt_resolvers.ts";
import type { RequestContext } from "./request_context.ts";
import { createTallyResolvers } from "./tally_resolvers.ts";
import { type TicketInfo, ticketInfo } from "./ticket_info.ts";

export interface VoteArguments {
  readonly usernames: readonly string[];
  readonly voteCount: readonly number[];
  readonly ticket: string;
  /** Null and absent are the same. */
  readonly voterUsername?: string | null;
  readonly requestId?: string | null;
}

export interface VoteResult {
  readonly success: boolean;
  readonly message: string;
  readonly usernames: readonly string[];
  readonly votes: readonly number[];
  readonly code: "ACCEPTED" | RefusalCode;
}

export type Resolvers = ReturnType<typeof createResolvers>;

const NO_TICKET = "No ticket is open at the moment; try again shortly";

/** The first four are the words of the first CAST, which its clients compare. */
const MESSAGES: Readonly<Record<VoteResult["code"], string>> = {
  ACCEPTED: "Votes recorded successfully",
  TICKET_INVALID: "Invalid ticket",
  TICKET_EXPIRED: "Ticket expired",
  TICKET_EXHAUSTED: "Ticket usage limit exceeded",
  INPUT_INVALID: "Invalid input",
  TOTAL_TOO_LARGE: `The total of a name would pass ${TOTAL_MAX}`,
  REQUEST_ID_CONFLICT: "The requestId was used for another vote",
  OVERLOADED: "Too many votes wait to be stored; try again later",
  NOT_READY: SHARD_CLOSED,
  POLL_CLOSED: "The poll is closed",
  CANDIDATE_UNKNOWN: "One of the names is no candidate",
  VOTER_LIMIT: "The voter has cast every vote of this time; try again later",
  VOTER_UNAUTHORIZED: "The voter is not authorized",
};

export function createResolvers({ castVote, reader }: { castVote: CastVote; reader: ShardReader }) {
  return {
    Query: {
      async query(_root: unknown, { username }: { username: string }): Promise<number> {
        const problem = nameProblem(username);
        if (problem !== undefined) throw inputInvalidError(`username ${problem}`);
        const outcome = await reader.readTotal(username);
        if (outcome.kind === "not_ready") throw closedError();
        return clampTotal(outcome.total);
      },

      async cas(): Promise<TicketInfo> {
        const outcome = await reader.readOpenTicket();
        if (outcome.kind !== "open") throw outcome.kind === "none" ? notReadyError(NO_TICKET) : closedError();
        return ticketInfo(outcome);
      },

      ...createTallyResolvers(reader),
      ...createReceiptResolvers(reader),
      ...createLeaderboardResolvers(reader),
    },

    Subscription: SUBSCRIPTION_RESOLVERS,

    Mutation: {
      async vote(
        _root: unknown,
        args: VoteArguments,
        { authorization }: RequestContext,
      ): Promise<VoteResult> {
        const { usernames: names, voteCount: counts, ticket, voterUsername, requestId } = args;
        const request = {
          names,
          counts,
          voter: voterUsername ?? undefined,
          requestId: requestId ?? undefined,
        };
        const outcome = await castVote({ request, ticket, authorization });
        switch (outcome.kind) {
          case "accepted":
            return acceptance({ names, totals: outcome.totals });
          case "refused":
            return refusal(outcome.code, outcome.detail);
          case "unknown":
            throw outcomeUnknownError();
          default:
            return outcome satisfies never;
        }
      },
    },
  };
}

function acceptance(
  { names, totals }: { names: readonly string[]; totals: readonly number[] },
): VoteResult {
  const code = "ACCEPTED";
  return { success: true, message: MESSAGES[code], usernames: names, votes: totals.map(clampTotal), code };
}

function refusal(code: RefusalCode, detail: string | undefined): VoteResult {
  return { success: false, message: detail ?? MESSAGES[code], usernames: [], votes: [], code };
}
