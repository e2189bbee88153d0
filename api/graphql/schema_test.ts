import { assertEquals } from "@std/assert";
import { buildSchema, isEnumType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from "graphql";
import typeDefs from "./schema.graphql" with { type: "text" };

const schema = buildSchema(typeDefs);
const types = Object.values(schema.getTypeMap()).filter((type) =>
  !isIntrospectionType(type) && !isSpecifiedScalarType(type)
);

Deno.test("schema.graphql offers the public contract, to the letter", () => {
  const fields = types.filter(isObjectType).flatMap((type) =>
    Object.values(type.getFields()).map((field) => {
      const args = field.args.map((arg) => `${arg.name}: ${arg.type}`).join(", ");
      return `${type.name}.${field.name}${args ? `(${args})` : ""}: ${field.type}`;
    })
  );
  assertEquals(fields, [
    "Query.query(username: String!): Int!",
    "Query.cas: TicketInfo!",
    "Query.leaderboard(first: Int!): Leaderboard!",
    "Query.tallies(usernames: [String!]!): [Tally!]!",
    "Query.candidates(first: Int!, after: String): CandidateConnection!",
    "Query.receipt(requestId: ID!): Receipt",
    "Subscription.leaderboard(first: Int!): Leaderboard!",
    "Subscription.ticketChanged: TicketInfo!",
    "Tally.username: String!",
    "Tally.votes: Int!",
    "Leaderboard.entries: [Tally!]!",
    "Leaderboard.candidateCount: Int!",
    "Leaderboard.voteCount: Int!",
    "Leaderboard.epoch: String!",
    "Leaderboard.readAt: String!",
    "Leaderboard.isOpen: Boolean!",
    "Leaderboard.isFrozen: Boolean!",
    "CandidateConnection.edges: [CandidateEdge!]!",
    "CandidateConnection.pageInfo: PageInfo!",
    "CandidateConnection.totalCount: Int!",
    "CandidateEdge.cursor: String!",
    "CandidateEdge.node: Tally!",
    "PageInfo.hasNextPage: Boolean!",
    "PageInfo.hasPreviousPage: Boolean!",
    "PageInfo.startCursor: String",
    "PageInfo.endCursor: String",
    "Receipt.requestId: ID!",
    "Receipt.state: ReceiptState!",
    "Receipt.voteId: ID!",
    "Receipt.version: String!",
    "TicketInfo.ticket: String!",
    "TicketInfo.validUntil: String!",
    "TicketInfo.remainingUsage: Int!",
    "Mutation.vote(usernames: [String!]!, voteCount: [Int!]!, ticket: String!, voterUsername: String, requestId: ID): " +
    "VoteResult!",
    "VoteResult.success: Boolean!",
    "VoteResult.message: String!",
    "VoteResult.usernames: [String!]!",
    "VoteResult.votes: [Int!]!",
    "VoteResult.code: VoteCode!",
  ]);
});

Deno.test("schema.graphql has a code for every outcome of a vote", () => {
  const codes = types.filter(isEnumType).filter(({ name }) => name === "VoteCode").flatMap((type) =>
    type.getValues().map(({ name }) => name)
  );
  assertEquals(codes, [
    "ACCEPTED",
    "TICKET_INVALID",
    "TICKET_EXPIRED",
    "TICKET_EXHAUSTED",
    "INPUT_INVALID",
    "TOTAL_TOO_LARGE",
    "REQUEST_ID_CONFLICT",
    "OVERLOADED",
    "NOT_READY",
    "POLL_CLOSED",
    "CANDIDATE_UNKNOWN",
    "VOTER_LIMIT",
    "VOTER_UNAUTHORIZED",
  ]);
});

Deno.test("schema.graphql describes every type, field, argument and enum value", () => {
  const silent: string[] = [];
  for (const type of types) {
    if (!type.description) silent.push(type.name);
    const members = isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field) => [field, ...field.args])
      : isEnumType(type)
      ? type.getValues()
      : [];
    silent.push(
      ...members.filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`),
    );
  }
  assertEquals(silent, []);
});
