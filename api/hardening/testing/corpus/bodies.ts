/** Bodies that are no request: broken JSON, deep JSON, wrong bytes, absurd parameters, too much of it. */
import {
  type Expected,
  type HostileEntry,
  INPUT,
  JSON_HEADERS,
  PACKED,
  REQUEST,
  sends,
  TICKET,
  TOO_LARGE,
  TOO_SLOW,
  VICTIM,
  VOTE_BODY,
  VOTE_DOCUMENT,
  VOTE_VARIABLES,
} from "./entry.ts";

const QUERY = JSON.stringify(VOTE_DOCUMENT);
const GOOD = `"usernames":["${VICTIM}"],"voteCount":[1]`;

function posts(name: string, body: string | Uint8Array<ArrayBuffer>, expected: Expected): HostileEntry {
  return sends(name, { body, expected });
}

function votes(name: string, variables: string, expected: Expected): HostileEntry {
  return posts(name, `{"query":${QUERY},"variables":${variables}}`, expected);
}

const BROKEN_JSON = [
  "",
  " ",
  "null",
  "7",
  '"text"',
  "{",
  "}",
  "[",
  "nul",
  "{}{}",
  `{"query":}`,
  `{'query':'{cas{ticket}}'}`,
  `${VOTE_BODY},`,
  `${VOTE_BODY}x`,
  VOTE_BODY.slice(0, -1),
  VOTE_BODY.replace("{", "{/**/"),
  `//\n${VOTE_BODY}`,
  `${VOTE_BODY}\u0000`,
  `\u0000${VOTE_BODY}`,
  VOTE_BODY.replace("Vote", "Vote\u0000"),
  VOTE_BODY.replace("Vote", "Vote\n"),
  VOTE_BODY.replace("[1]", "[01]"),
  VOTE_BODY.replace("[1]", "[+1]"),
  VOTE_BODY.replace("[1]", "[0x1]"),
  VOTE_BODY.replace("[1]", "[.1]"),
  VOTE_BODY.replace("[1]", "[NaN]"),
  VOTE_BODY.replace("[1]", "[Infinity]"),
  VOTE_BODY.replace("[1]", "[undefined]"),
  VOTE_BODY.replace("[1]", "[1,]"),
];
const broken = BROKEN_JSON.map((body, index) => posts(`broken JSON ${index}`, body, REQUEST));

const deep: readonly HostileEntry[] = [100, 5000, 30_000].flatMap((depth) => [
  posts(`a body of ${depth} brackets that open`, "[".repeat(depth), REQUEST),
  posts(`a body of lists ${depth} deep`, "[".repeat(depth) + "]".repeat(depth), REQUEST),
  posts(`${depth} bytes of objects that open`, '{"a":'.repeat(depth / 5), REQUEST),
  votes(
    `names ${depth} deep`,
    `{"usernames":${"[".repeat(depth)}${"]".repeat(depth)},"voteCount":[1],"ticket":"${TICKET}"}`,
    INPUT,
  ),
  votes(
    `counts ${depth} bytes of objects deep`,
    `{"usernames":["${VICTIM}"],"voteCount":${'{"a":'.repeat(depth / 6)}1${
      "}".repeat(depth / 6)
    },"ticket":"${TICKET}"}`,
    INPUT,
  ),
  posts(
    `extensions ${depth} deep and no query`,
    `{"extensions":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}`,
    REQUEST,
  ),
]);

const NUMBERS = [
  "1e400",
  "-1e400",
  "9007199254740993",
  "1e308",
  "2147483648",
  "-2147483649",
  "1.5",
  "1e-400",
  "0.1",
  "99999999999999999999999999",
  "4.9e-324",
  '"1"',
  "true",
  "null",
  "{}",
  "[]",
];
/** 0 when rounded: an integer, and refused by the rules of votes, as data. */
const ROUNDED = new Set(["1e-400"]);
const numbers = NUMBERS.filter((number) => !ROUNDED.has(number)).map((number) =>
  votes(
    `a count of ${number}`,
    `{"usernames":["${VICTIM}"],"voteCount":[${number}],"ticket":"${TICKET}"}`,
    INPUT,
  )
);

const ODD = ["null", "7", '"text"', "true", "[]", "{}", '{"toString":null}', '["a"]'];
const parameters: readonly HostileEntry[] = [
  ...ODD.filter((odd) => odd !== '"text"').map((odd) =>
    posts(`query is ${odd}`, `{"query":${odd}}`, REQUEST)
  ),
  ...['"text"', "7", "true", "[]", '["a"]'].flatMap((odd) => [
    votes(`variables are ${odd}`, odd, REQUEST),
    posts(`extensions are ${odd}`, VOTE_BODY.replace("{", `{"extensions":${odd},`), REQUEST),
  ]),
  ...["7", "true", "[]", "{}", '"Other"', '"__proto__"', '"constructor"'].map((odd) =>
    posts(`operationName is ${odd}`, VOTE_BODY.replace("{", `{"operationName":${odd},`), {
      status: 400,
      code: "OPERATION_RESOLUTION_FAILURE",
    })
  ),
  ...["id", "documentId", "hash", "queryId", "doc_id", "constructor", "toString", "prototype"].map((key) =>
    posts(`a parameter ${key}`, VOTE_BODY.replace("{", `{"${key}":"x",`), REQUEST)
  ),
  posts("5000 parameters", `{${Array.from({ length: 5000 }, (_, i) => `"a${i}":1`)}}`, REQUEST),
  posts(
    "a persisted query that nobody knows",
    `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${"0".repeat(64)}"}}}`,
    REQUEST,
  ),
  posts("a document by the key of another", `{"Query":${QUERY}}`, REQUEST),
];

const prototypes: readonly HostileEntry[] = [
  posts("a query in __proto__", `{"__proto__":{"query":${QUERY}}}`, REQUEST),
  posts("a query in constructor.prototype", `{"constructor":{"prototype":{"query":${QUERY}}}}`, REQUEST),
  votes("variables in __proto__", `{"__proto__":{${GOOD},"ticket":"${TICKET}"}}`, INPUT),
  votes(
    "variables in constructor.prototype",
    `{"constructor":{"prototype":{${GOOD},"ticket":"${TICKET}"}}}`,
    INPUT,
  ),
  votes("the ticket in __proto__", `{${GOOD},"__proto__":{"ticket":"${TICKET}"}}`, INPUT),
  votes(
    "the names in their own __proto__",
    `{"usernames":{"__proto__":["${VICTIM}"]},"voteCount":[1],"ticket":"${TICKET}"}`,
    INPUT,
  ),
  votes("the ticket an object with toString", `{${GOOD},"ticket":{"toString":"${TICKET}"}}`, INPUT),
  votes("the ticket an object with __proto__", `{${GOOD},"ticket":{"__proto__":"${TICKET}"}}`, INPUT),
  posts("__proto__ beside the query", VOTE_BODY.replace("{", `{"__proto__":{"polluted":true},`), REQUEST),
  votes("the names twice, the last is wrong", `{${GOOD},"ticket":"${TICKET}","usernames":7.5}`, INPUT),
  posts("the query twice, the last is wrong", `{"query":${QUERY},"query":7}`, REQUEST),
  posts(
    "the variables twice, the last is wrong",
    `{"query":${QUERY},"variables":${JSON.stringify(VOTE_VARIABLES)},"variables":[]}`,
    REQUEST,
  ),
  votes("the ticket twice, the last is null", `{${GOOD},"ticket":"${TICKET}","ticket":null}`, INPUT),
];

const encoder = new TextEncoder();
const bytes: readonly HostileEntry[] = [
  posts("UTF-16 with its mark", utf16(`\ufeff${VOTE_BODY}`), REQUEST),
  posts("UTF-16 without a mark", utf16(VOTE_BODY), REQUEST),
  posts("UTF-32", Uint8Array.from([...VOTE_BODY].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])), REQUEST),
  posts("two byte order marks", `\ufeff\ufeff${VOTE_BODY}`, REQUEST),
  ...[[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xfe, 0xff]].map((wrong) =>
    posts(
      `bytes ${wrong} for a key`,
      concat(encoder.encode('{"'), Uint8Array.from(wrong), encoder.encode('":1}')),
      REQUEST,
    )
  ),
  posts("4 KB of 0xff", new Uint8Array(4096).fill(0xff), REQUEST),
  posts("64 KB of zeros", new Uint8Array(65_536), REQUEST),
  posts("what is compressed and does not say so", PACKED, REQUEST),
];

const MB = 1_000_000;
const large: readonly HostileEntry[] = [
  ...[65_537, 200_000, MB, 10 * MB].flatMap((size) => [
    sends(`${size} bytes, declared`, { body: padded(size), expected: TOO_LARGE }),
    sends(`${size} bytes, streamed`, { body: padded(size), framing: "chunked", expected: TOO_LARGE }),
  ]),
  ...["10000000", "999999999999", "65537", "9007199254740993"].map((length) =>
    sends(`${length} bytes declared and none sent`, {
      headers: [...JSON_HEADERS, ["content-length", length]],
      framing: "none",
      body: "",
      expected: TOO_LARGE,
    })
  ),
  sends("a length that is too short", {
    headers: [...JSON_HEADERS, ["content-length", "20"]],
    framing: "none",
    body: VOTE_BODY,
    expected: REQUEST,
  }),
  sends("10 MB of brackets, streamed", {
    body: "[".repeat(10 * MB),
    framing: "chunked",
    expected: TOO_LARGE,
  }),
];

const slow: readonly HostileEntry[] = [
  sends("a vote whose last bytes never come", {
    headers: [...JSON_HEADERS, ["content-length", "1000"]],
    framing: "none",
    body: VOTE_BODY,
    expected: TOO_SLOW,
  }),
  sends("a length and nothing else", {
    headers: [...JSON_HEADERS, ["content-length", "200"]],
    framing: "none",
    body: "",
    expected: TOO_SLOW,
  }),
  ...[["a chunk that never comes", ""], ["half a chunk", "5\r\nab"], [
    "a query without its last chunk",
    '1e\r\n{"query":"{ cas { ticket } }"}\r\n',
  ]].map(
    ([name = "", body = ""]) =>
      sends(name, {
        headers: [...JSON_HEADERS, ["transfer-encoding", "chunked"]],
        framing: "none",
        body,
        expected: TOO_SLOW,
      }),
  ),
];

function padded(size: number): string {
  return VOTE_BODY + " ".repeat(size - VOTE_BODY.length);
}

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0) & 0xff, c.charCodeAt(0) >> 8]));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export const bodyEntries: readonly HostileEntry[] = [
  ...broken,
  ...deep,
  ...numbers,
  ...parameters,
  ...prototypes,
  ...bytes,
  ...large,
];

/** Each keeps its connection until the server has waited long enough. */
export const slowEntries: readonly HostileEntry[] = slow;
