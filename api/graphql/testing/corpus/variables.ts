/** Values of variables, right and wrong, for the documents of the original clients. */
import { asks, CAS_DOCUMENT, type Entry, QUERY_DOCUMENT, VOTE_DOCUMENT, VOTE_VARIABLES } from "./entry.ts";

/** Values that a client in any language could send for any type. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1e3,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 53,
  1e21,
  1e308,
  "",
  "1",
  "Ada",
  " Ada",
  "a\u0000b",
  "e\u0301",
  "\ud800",
  "\u2028<script>",
  "😀",
  "__proto__",
  "constructor",
  "toString",
  "x".repeat(5000),
  [],
  [null],
  ["Ada"],
  ["Ada", null],
  ["Ada", 1],
  [1],
  [1, 2],
  [1, 1.5],
  [2 ** 31],
  ["1"],
  [[1]],
  [["Ada"]],
  [[]],
  [{}],
  {},
  { a: 1 },
  { length: 1, 0: "Ada" },
  { toString: "Ada" },
];

const NAMES = ["usernames", "voteCount", "ticket", "voterUsername", "requestId"] as const;

const replaced = NAMES.flatMap((name) => [
  ...ODD_VALUES.map((value, index) =>
    asks(`vote: $${name} is odd value ${index}`, {
      query: VOTE_DOCUMENT,
      variables: { ...VOTE_VARIABLES, [name]: value },
    })
  ),
  asks(`vote: $${name} is missing`, {
    query: VOTE_DOCUMENT,
    variables: { ...VOTE_VARIABLES, voterUsername: "Eve", requestId: "r", [name]: undefined },
  }),
]);

const ofTotals = ODD_VALUES.map((name, index) =>
  asks(`query: $name is odd value ${index}`, { query: QUERY_DOCUMENT, variables: { name } })
);

/** Written out, since JSON.stringify would not write them so. */
const NUMBERS = [
  "1.0",
  "1e0",
  "10e-1",
  "-0",
  "1E2",
  "2147483647.0",
  "0.1e1",
  "9007199254740993",
  "1e400",
  "-1e400",
];
const written = NUMBERS.flatMap((number) => [
  raw(`voteCount written ${number}`, `{"usernames":["Ada"],"voteCount":[${number}],"ticket":"accepted"}`),
  raw(
    `requestId written ${number}`,
    `{"usernames":["Ada"],"voteCount":[1],"ticket":"accepted","requestId":${number}}`,
  ),
]);

const GOOD = `"usernames":["Ada"],"voteCount":[1],"ticket":"accepted"`;
const objects: Entry[] = [
  raw("variables with an extra one", `{${GOOD},"more":1}`),
  raw("variables with __proto__ extra", `{${GOOD},"__proto__":{"ticket":"unknown"}}`),
  raw("variables with everything in __proto__", `{"__proto__":{${GOOD}}}`),
  raw(
    "variables with constructor and toString extra",
    `{${GOOD},"constructor":1,"toString":null,"hasOwnProperty":7}`,
  ),
  raw("variables given twice, the last counts", `{"ticket":"unknown",${GOOD}}`),
  raw("variables given twice, the last is wrong", `{${GOOD},"ticket":7}`),
  raw("variables with escapes in names", `{${GOOD},"\\u0072equestId":"r"}`),
  raw(
    "variables with escapes in values",
    `{"usernames":["\\u0041da"],"voteCount":[1],"ticket":"\\u0061ccepted"}`,
  ),
  raw("lone high surrogate", `{"usernames":["\\ud800"],"voteCount":[1],"ticket":"accepted"}`),
  raw(
    "lone low surrogate echoed",
    `{"usernames":["\\udc00x"],"voteCount":[1],"ticket":"OVERLOADED with detail"}`,
  ),
  raw("NUL escaped", `{"usernames":["a\\u0000"],"voteCount":[1],"ticket":"accepted"}`),
  raw("NUL unescaped", `{"usernames":["a\u0000"],"voteCount":[1],"ticket":"accepted"}`),
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then"].map((name) =>
    raw(`votes for ${name}`, `{"usernames":["${name}"],"voteCount":[1],"ticket":"accepted"}`)
  ),
  ...["null", "[]", `[{${GOOD}}]`, '"text"', '"{}"', "7", "0", "true", "false", '""', "{}"].map((variables) =>
    raw(`variables are ${variables}`, variables)
  ),
  ...[[], [1], [{}], "", "text", 0, true].map((variables) =>
    asks(`variables not asked for are ${JSON.stringify(variables)}`, { query: CAS_DOCUMENT, variables })
  ),
  asks("variables are absent", { query: VOTE_DOCUMENT }),
  asks("variables not asked for", { query: "{ cas { ticket } }", variables: { a: 1 } }),
];

function raw(name: string, variables: string): Entry {
  return {
    ...asks(name, {}),
    body: `{"query":${JSON.stringify(VOTE_DOCUMENT)},"variables":${variables}}`,
  };
}

export const variableEntries: readonly Entry[] = [...replaced, ...ofTotals, ...written, ...objects];
