/**
 * The client of CAST's API, for Deno, Node and browsers: it needs fetch and nothing else, and imports nothing from
 * outside this folder.
 *
 * It promises that a vote is counted once or not at all, and that its outcome says which, or `unknown`.
 */
import { readBallot, readName, readRequestId, type VoteEntries } from "./ballot.ts";
import { type CallOptions, createCalls } from "./call.ts";
import { CastUsageError } from "./errors.ts";
import { type CastClientOptions, checkDeadline, readOptions } from "./options.ts";
import { createReads, type Reads } from "./reads.ts";
import type { Ticket } from "./results.ts";
import { createTicketSource } from "./ticket_source.ts";
import { createTransport } from "./transport.ts";
import { castVote, type VoteOutcome } from "./vote.ts";
import { createWatches, type Watches } from "./watches.ts";

export interface VoteOptions extends CallOptions {
  /** Who votes. Where the server wants a token it is the token's subject, and may be left out. */
  readonly voter?: string | undefined;
  /** A random UUID unless given. Give one to ask again for an outcome that was unknown, with `isRepeat`. */
  readonly requestId?: string | undefined;
  /**
   * The same vote was asked for before under this requestId and may be counted: whatever comes but an acceptance is
   * `unknown` then, since a refusal tells nothing of the call before it. Needs the requestId.
   */
  readonly isRepeat?: boolean | undefined;
}

export interface CastClient extends Reads, Watches {
  /**
   * Votes for one or more names at once: all of it is counted, or nothing. Throws CastUsageError for a vote that no
   * server takes, and CastRequestError where the API does not understand the request; then nothing was counted, unless by
   * the call that is repeated. A signal that aborts ends the vote as its deadline does.
   */
  vote(entries: VoteEntries, options?: VoteOptions): Promise<VoteOutcome>;
  /** The ticket that the next vote takes. */
  ticket(options?: CallOptions): Promise<Ticket>;
}

/** Sends nothing until it is asked for something. Throws CastUsageError for options that cannot work. */
export function createCastClient(options: CastClientOptions): CastClient {
  const settings = readOptions(options);
  const { clock, random, deadlineMs, requestLifeMs, silenceMs } = settings;
  const transport = createTransport(settings);
  const tickets = createTicketSource({ transport, clock });
  const calls = createCalls({ clock, random, deadlineMs });

  return {
    ...createReads({ transport, calls }),
    ...createWatches({ transport, clock, random, silenceMs }),

    async vote(entries, { voter, requestId, isRepeat = false, ...options } = {}) {
      if (isRepeat && requestId === undefined) {
        throw new CastUsageError(
          "Give the requestId of the vote that is repeated: isRepeat is set without one",
        );
      }
      const request = {
        ballot: readBallot(entries),
        voter: voter === undefined ? undefined : readName(voter),
        requestId: readRequestId(requestId),
        isRepeat,
        deadlineMs: options.deadlineMs ?? deadlineMs,
      };
      checkDeadline(request.deadlineMs, requestLifeMs);
      return await calls.within(
        options,
        (signal) => castVote(request, { signal, deps: { transport, tickets, clock, random } }),
      );
    },

    ticket: (options = {}) => calls.read(options, tickets.look),
  };
}
