/** Documents whose variables are defined in other ways than the original clients define them, and literals. */
import { asks, type Entry } from "./entry.ts";

const VALUES: readonly unknown[] = [undefined, {}, { v: null }, { v: "r" }, { v: 7 }, { v: ["x"] }, {
  v: true,
}];

/** `$v` in every place of the schema that takes one, under every type that it could be given. */
const USES: readonly (readonly [definition: string, query: string])[] = [
  ["$v: String!", "{ query(username: $v) }"],
  ['$v: String! = "seven"', "{ query(username: $v) }"],
  ['$v: String = "seven"', "{ query(username: $v) }"],
  ["$v: String = null", "{ query(username: $v) }"],
  ["$v: String", "{ query(username: $v) }"],
  ["$v: ID!", "{ query(username: $v) }"],
  ["$v: [String!]!", "{ query(username: $v) }"],
  ["$v: Int = 1.5", "{ cas { ticket } }"],
  ["$v: Int", "{ cas { ticket } }"],
  ["$v: Missing", "{ cas { ticket } }"],
  ["$v: VoteResult", "{ cas { ticket } }"],
  ["$v: VoteCode", "{ cas { ticket } }"],
  ["$v: Float! $v: Float!", "{ cas { ticket } }"],
  ["$v: Boolean!", "{ cas { ticket @include(if: $v) validUntil } }"],
  ["$v: Boolean! = false", "{ cas { ticket @include(if: $v) validUntil @skip(if: $v) } }"],
  ["$v: Boolean = true", "{ cas { ticket @include(if: $v) validUntil @skip(if: $v) } }"],
  ["$v: Boolean", "{ cas @skip(if: $v) { ticket } }"],
  ["$v: Boolean!", "{ cas @skip(if: $v) { ticket } }"],
  ["$v: Boolean!", "{ ... @include(if: $v) { cas { ticket } } }"],
];

const VOTE_USES: readonly (readonly [definition: string, args: string])[] = [
  ["$v: ID", 'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: $v'],
  ['$v: ID = "d"', 'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: $v'],
  ["$v: ID = 7", 'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: $v'],
  ["$v: ID = null", 'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: $v'],
  ["$v: ID!", 'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: $v'],
  ["$v: String", 'usernames: ["a"], voteCount: [1], ticket: "accepted", voterUsername: $v'],
  ['$v: String! = "d"', 'usernames: ["a"], voteCount: [1], ticket: "accepted", voterUsername: $v'],
  ["$v: String!", 'usernames: [$v, "b"], voteCount: [1, 2], ticket: "accepted"'],
  ["$v: String", 'usernames: [$v, "b"], voteCount: [1, 2], ticket: "accepted"'],
  ['$v: String = "d"', 'usernames: [$v, "b"], voteCount: [1, 2], ticket: "accepted"'],
  ["$v: String!", 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ["$v: [String!]!", 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ['$v: [String!]! = "d"', 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ['$v: [String!] = ["d", "e"]', 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ["$v: [String!]", 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ["$v: [String]!", 'usernames: $v, voteCount: 1, ticket: "accepted"'],
  ["$v: Int! = 3", 'usernames: ["a"], voteCount: $v, ticket: "accepted"'],
  ["$v: [Int!]! = 3", 'usernames: ["a"], voteCount: $v, ticket: "accepted"'],
  ["$v: Int!", 'usernames: ["a"], voteCount: [1, $v], ticket: "accepted"'],
];

const LITERALS: readonly string[] = [
  'usernames: ["a"], voteCount: [1], ticket: "accepted"',
  'usernames: "a", voteCount: 1, ticket: "accepted"',
  'usernames: [], voteCount: [], ticket: "accepted"',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: 7',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: null, voterUsername: null',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: 7.5',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", requestId: 99999999999999999999',
  'usernames: ["a"], voteCount: [1.0], ticket: "accepted"',
  'usernames: ["a"], voteCount: [2147483647], ticket: "accepted"',
  'usernames: ["a"], voteCount: [2147483648], ticket: "accepted"',
  'usernames: ["a"], voteCount: [-2147483648], ticket: "accepted"',
  'usernames: ["a"], voteCount: [-0], ticket: "accepted"',
  'usernames: ["a"], voteCount: ["1"], ticket: "accepted"',
  'usernames: [a], voteCount: [1], ticket: "accepted"',
  'usernames: [null], voteCount: [1], ticket: "accepted"',
  'usernames: ["a"], voteCount: [1], ticket: null',
  'usernames: ["a"], voteCount: [1]',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", ticket: "accepted"',
  'usernames: ["a"], voteCount: [1], ticket: "accepted", more: 1',
  'ticket: """\n    accepted\n  """, voteCount: [1], usernames: ["""block "quoted" \\""" text"""]',
  'ticket: "\\u0061ccepted", voteCount: [1], usernames: ["\\u{1F600}", "\\ud83d\\ude00"]',
  'ticket: "accepted", voteCount: [1], usernames: ["\\ud800"]',
  "",
];

const queries = USES.flatMap(([definition, selection], at) =>
  VALUES.map((variables, index) =>
    asks(`definition ${at} with variables ${index}`, {
      query: `query(${definition}) ${selection}`,
      variables,
    })
  )
);
const votes = VOTE_USES.flatMap(([definition, args], at) =>
  VALUES.map((variables, index) =>
    asks(`vote with definition ${at} and variables ${index}`, {
      query: `mutation(${definition}) { vote(${args}) { code usernames votes } }`,
      variables,
    })
  )
);
const literals = LITERALS.map((args, index) =>
  asks(`vote with literals ${index}`, { query: `mutation { vote(${args}) { code usernames votes } }` })
);
const named = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__typename"].flatMap((
  name,
) =>
  [`{"${name}":"seven"}`, "{}", `{"${name}":7}`].map((variables, index) => ({
    ...asks(`$${name} with variables ${index}`, {}),
    body: `{"query":${
      JSON.stringify(`query($${name}: String!) { query(username: $${name}) }`)
    },"variables":${variables}}`,
  }))
);
const optionalNamed = ["__proto__", "constructor", "toString", "valueOf"].map((name) =>
  asks(`$${name} is optional and absent`, {
    query:
      `mutation($${name}: ID) { vote(usernames: "a", voteCount: 1, ticket: "accepted", requestId: $${name}) { code } }`,
  })
);
const rest: readonly Entry[] = [
  asks("a directive on a definition of a variable", {
    query: "query($v: String! @skip(if: true)) { query(username: $v) }",
    variables: { v: "seven" },
  }),
  asks("an undefined variable", { query: "{ query(username: $v) }", variables: { v: "seven" } }),
  asks("a variable that nothing uses", { query: "query($v: Int) { cas { ticket } }", variables: { v: 1 } }),
];

export const definitionEntries: readonly Entry[] = [
  ...queries,
  ...votes,
  ...literals,
  ...named,
  ...optionalNamed,
  ...rest,
];
