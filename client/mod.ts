/**
 * The typed client of CAST, for Deno, Node and browsers. The one file here that only passes on what others own: it is
 * what a program imports.
 *
 * ```ts
 * import { createCastClient } from "@cast/cast/client";
 *
 * const cast = createCastClient({ url: "http://localhost:8000/graphql" });
 * const outcome = await cast.vote({ alice: 2, bob: 1 });
 * console.log(outcome.kind);
 * ```
 */
export { type CastClient, createCastClient, type VoteOptions } from "./sdk/cast_client.ts";
export type { VoteEntries } from "./sdk/ballot.ts";
export type { CallOptions } from "./sdk/call.ts";
export type { CastClock } from "./sdk/clock.ts";
export { CastRequestError, CastUnavailableError, CastUsageError } from "./sdk/errors.ts";
export type { CastClientOptions } from "./sdk/options.ts";
export type { CandidatesOptions } from "./sdk/reads.ts";
export type { Leaderboard, Receipt, ReceiptState, Tally, Ticket } from "./sdk/results.ts";
export type { Fetch, TokenSource } from "./sdk/transport.ts";
export type { Refusal, RefusalCode, VoteOutcome } from "./sdk/vote.ts";
export type { StreamCut, WatchOptions } from "./sdk/watch.ts";
export type { WatchLeaderboardOptions } from "./sdk/watches.ts";
