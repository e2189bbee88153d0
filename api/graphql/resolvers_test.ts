import { assertEquals, assertRejects } from "@std/assert";
import { GraphQLError } from "graphql";
import type { CastVoteOutcome, RefusalCode } from "../../shared/vote/outcome.ts";
import { TOTAL_MAX } from "../../shared/vote/rules.ts";
import type { Ballot } from "../cast_vote.ts";
import type { ShardReader } from "../shard_reader.ts";
import { createResolvers } from "./resolvers.ts";

const ARGUMENTS = { usernames: ["Ada", "Bo"], voteCount: [1, 2], ticket: "t" };
const READER: ShardReader = {
  readTotal: () => Promise.resolve({ kind: "not_ready" }),
  readOpenTicket: () => Promise.resolve({ kind: "not_ready" }),
  readTotals: () => Promise.resolve({ kind: "not_ready" }),
  readRanking: () => Promise.resolve({ kind: "not_ready" }),
  readReceipt: () => Promise.resolve({ kind: "not_ready" }),
  readLive: () => Promise.resolve({ kind: "not_ready" }),
};

const CONTEXT = { authorization: "Bearer a" };

function resolversFor(
  { outcome = { kind: "refused", code: "NOT_READY" }, reader = {} }: {
    outcome?: CastVoteOutcome;
    reader?: Partial<ShardReader>;
  },
) {
  const ballots: Ballot[] = [];
  const resolvers = createResolvers({
    castVote(ballot) {
      ballots.push(ballot);
      return Promise.resolve(outcome);
    },
    reader: { ...READER, ...reader },
  });
  return { ...resolvers, ballots };
}

Deno.test("vote() answers with the names asked for and their totals, in the order asked", async () => {
  const { Mutation, ballots } = resolversFor({ outcome: { kind: "accepted", totals: [7, 9] } });
  assertEquals(
    await Mutation.vote(undefined, { ...ARGUMENTS, voterUsername: "Eve", requestId: "r" }, CONTEXT),
    {
      success: true,
      message: "Votes recorded successfully",
      usernames: ["Ada", "Bo"],
      votes: [7, 9],
      code: "ACCEPTED",
    },
  );
  assertEquals(ballots, [{
    request: { names: ["Ada", "Bo"], counts: [1, 2], voter: "Eve", requestId: "r" },
    ticket: "t",
    authorization: "Bearer a",
  }]);
});

Deno.test("vote() takes null for absent", async () => {
  const { Mutation, ballots } = resolversFor({});
  await Mutation.vote(undefined, { ...ARGUMENTS, voterUsername: null, requestId: null }, CONTEXT);
  assertEquals([ballots[0]?.request.voter, ballots[0]?.request.requestId], [undefined, undefined]);
});

Deno.test("vote() gives each refusal as data, with empty lists and the fixed messages of the first CAST", async () => {
  const messages: Record<RefusalCode, string> = {
    TICKET_INVALID: "Invalid ticket",
    TICKET_EXPIRED: "Ticket expired",
    TICKET_EXHAUSTED: "Ticket usage limit exceeded",
    INPUT_INVALID: "Invalid input",
    TOTAL_TOO_LARGE: "The total of a name would pass 2147483647",
    REQUEST_ID_CONFLICT: "The requestId was used for another vote",
    OVERLOADED: "Too many votes wait to be stored; try again later",
    NOT_READY: "Voting is closed at the moment; try again shortly",
    POLL_CLOSED: "The poll is closed",
    CANDIDATE_UNKNOWN: "One of the names is no candidate",
    VOTER_LIMIT: "The voter has cast every vote of this time; try again later",
    VOTER_UNAUTHORIZED: "The voter is not authorized",
  };
  for (const [code, message] of Object.entries(messages) as [RefusalCode, string][]) {
    const { Mutation } = resolversFor({ outcome: { kind: "refused", code } });
    assertEquals(await Mutation.vote(undefined, ARGUMENTS, CONTEXT), {
      success: false,
      message,
      usernames: [],
      votes: [],
      code,
    });
  }
});

Deno.test("vote() never makes a VoteResult of an unknown outcome", async () => {
  const { Mutation } = resolversFor({ outcome: { kind: "unknown", cause: new Error("secret host") } });
  const error = await assertRejects(
    () => Mutation.vote(undefined, ARGUMENTS, CONTEXT),
    GraphQLError,
    "same requestId",
  );
  assertEquals(error.extensions, { code: "OUTCOME_UNKNOWN" });
});

Deno.test("vote() and query() keep a total that was carried past the bound within GraphQL's Int", async () => {
  const total = TOTAL_MAX + 5;
  const { Mutation, Query } = resolversFor({
    outcome: { kind: "accepted", totals: [total] },
    reader: { readTotal: () => Promise.resolve({ kind: "total", total }) },
  });
  assertEquals((await Mutation.vote(undefined, ARGUMENTS, CONTEXT)).votes, [TOTAL_MAX]);
  assertEquals(await Query.query(undefined, { username: "Ada" }), TOTAL_MAX);
});

Deno.test("query() refuses a name that breaks the rule before it asks Redis", async () => {
  const { Query } = resolversFor({});
  const error = await assertRejects(() => Query.query(undefined, { username: " Ada" }), GraphQLError);
  assertEquals(error.extensions, { code: "INPUT_INVALID" });
  assertEquals(error.message, "username must not begin or end with a space");
});

Deno.test("cas() tells what is left of the ticket and when it expires, in UTC with milliseconds", async () => {
  const expiresAt = Date.UTC(2030, 0, 2, 3, 4, 5, 60);
  const { Query } = resolversFor({
    reader: {
      readOpenTicket: () => Promise.resolve({ kind: "open", ticket: "t", expiresAt, usesLeft: 98 }),
    },
  });
  assertEquals(await Query.cas(), {
    ticket: "t",
    validUntil: "2030-01-02T03:04:05.060Z",
    remainingUsage: 98,
  });
});

Deno.test("cas() and query() answer a closed shard with the error NOT_READY", async () => {
  const { Query } = resolversFor({});
  for (const read of [() => Query.cas(), () => Query.query(undefined, { username: "Ada" })]) {
    const error = await assertRejects<GraphQLError>(read, GraphQLError);
    assertEquals(error.extensions.code, "NOT_READY");
  }
});
