/** Hostile documents sent to where streams begin: judged by the same rules, and told in an event. */
import { documentEntries } from "./documents.ts";
import {
  asks,
  type Expected,
  type HostileEntry,
  JSON_HEADERS,
  PARSE,
  sends,
  times,
  VALIDATION,
  VOTE,
} from "./entry.ts";
import { introspectionEntries } from "./introspection.ts";

const HEADERS: NonNullable<HostileEntry["headers"]> = [...JSON_HEADERS, ["accept", "text/event-stream"]];
/** In a stream a well-formed refusal has status 200, as in application/json. */
const PARSE_TOLD: Expected = { ...PARSE, status: 200 };
const VALIDATION_TOLD: Expected = { ...VALIDATION, status: 200 };

/** As it would be asked at another door, and what is wrong with the document itself. */
const elsewhere = [...documentEntries, ...introspectionEntries].flatMap((entry) => {
  const told = { [String(PARSE.code)]: PARSE_TOLD, [String(VALIDATION.code)]: VALIDATION_TOLD }[
    entry.expected.code ?? ""
  ];
  return told && typeof entry.body === "string" ? [overStream(entry, told)] : [];
});

const subscriptions = ([
  ["two fields", "{ leaderboard { voteCount } ticketChanged { ticket } }", VALIDATION_TOLD],
  ["50 of one field", `{ ${times(50, (n) => `a${n}: leaderboard { voteCount }`)} }`, VALIDATION_TOLD],
  ["the schema", "{ __schema { types { name } } }", VALIDATION_TOLD],
  ["a vote", `{ ${VOTE} }`, VALIDATION_TOLD],
  [
    "too deep a leaderboard",
    "{ leaderboard { entries { username { username { username } } } } }",
    VALIDATION_TOLD,
  ],
  [
    "too much of a leaderboard",
    `{ leaderboard { entries { ${times(300, () => "votes")} } } }`,
    VALIDATION_TOLD,
  ],
  [
    "far too much of a leaderboard",
    `{ leaderboard { entries { ${times(5000, () => "votes")} } } }`,
    PARSE_TOLD,
  ],
  ["too many leaders", "{ leaderboard(first: 1000000) { voteCount } }", {
    status: 200,
    code: "INPUT_INVALID",
  }],
] as const).map(([what, selection, expected]) =>
  overStream(asks(`a subscription to ${what}`, `subscription ${selection}`, VALIDATION), expected)
);

export const streamEntries: readonly HostileEntry[] = [
  ...elsewhere,
  ...subscriptions,
  sends("a vote by GET over a stream", {
    method: "GET",
    headers: [["accept", "text/event-stream"]],
    target: `/graphql?query=${encodeURIComponent(`mutation { ${VOTE} }`)}`,
    expected: { status: 405, code: "BAD_REQUEST" },
  }),
];

function overStream(entry: HostileEntry, expected: Expected): HostileEntry {
  return { ...entry, name: `${entry.name}, over a stream`, headers: HEADERS, expected };
}
