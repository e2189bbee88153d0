/** Bodies: how the parameters are wrapped, how their bytes are written, and how their end is told. */
import { REQUEST_BYTES_MAX } from "../../yoga.ts";
import {
  asks,
  CAS_DOCUMENT,
  type Entry,
  JSON_HEADERS,
  posts,
  QUERY_DOCUMENT,
  VOTE_DOCUMENT,
  VOTE_VARIABLES,
} from "./entry.ts";

const QUERY = JSON.stringify(CAS_DOCUMENT);
const PERSISTED = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };

const EXTENSIONS: readonly unknown[] = [
  undefined,
  null,
  {},
  PERSISTED,
  { a: [1] },
  [],
  [1],
  "",
  "text",
  0,
  7,
  true,
  false,
];
const extended = EXTENSIONS.map((extensions, index) =>
  asks(`extensions ${index}`, { query: CAS_DOCUMENT, extensions })
);

const QUERIES: readonly unknown[] = [null, "", 7, 0, true, [], [CAS_DOCUMENT], {}, { text: CAS_DOCUMENT }];
const odd = QUERIES.flatMap((query, index) => [
  asks(`query parameter ${index}`, { query }),
  asks(`query parameter ${index} with a persisted one`, { query, extensions: PERSISTED }),
]);

const wrapped: readonly Entry[] = [
  ...[1, null, "", {}, [], false].flatMap((value) =>
    ["id", "documentId", "hash", "Query", "__proto__", "constructor", "toString", "query "].map((key) =>
      posts(
        `top-level "${key}" is ${JSON.stringify(value)}`,
        `{"query":${QUERY},"${key}":${JSON.stringify(value)}}`,
      )
    )
  ),
  posts("no query but extensions", JSON.stringify({ extensions: PERSISTED })),
  posts("no query", "{}"),
  posts("a query in __proto__", `{"__proto__":{"query":${QUERY}}}`),
  posts("query given twice", `{"query":"{ nothing }","query":${QUERY}}`),
  posts("query given twice, the last is wrong", `{"query":${QUERY},"query":7}`),
  posts("query written in escapes", `{"qu\\u0065ry":"{ c\\u0061s { ticket } }"}`),
  posts(
    "parameters in another order",
    `{"extensions":{},"variables":{},"operationName":null,"query":${QUERY}}`,
  ),
  posts(
    "all as Apollo sends it",
    JSON.stringify({
      operationName: "Vote",
      variables: VOTE_VARIABLES,
      extensions: { clientLibrary: { name: "@apollo/client", version: "4.0.0" } },
      query: VOTE_DOCUMENT,
    }),
  ),
  posts("a batch of one", `[{"query":${QUERY}}]`),
  posts("a batch of two", `[{"query":${QUERY}},{"query":${QUERY}}]`),
  posts("an empty batch", "[]"),
  ...[
    "",
    " ",
    "null",
    "true",
    "7",
    '"text"',
    QUERY,
    "{",
    "}",
    "{}{}",
    `{"query":}`,
    `{'query':'{cas}'}`,
    "[[]]",
    "nul",
  ]
    .map((body) => posts(`the body is ${JSON.stringify(body)}`, body)),
  posts("spaces around", ` \r\n\t{ "query" : ${QUERY} } \n`),
  posts("a comma too many", `{"query":${QUERY},}`),
  posts("more after the end", `{"query":${QUERY}}x`),
  posts("a comment in JSON", `{"query":${QUERY}/**/}`),
  posts("nesting without end", `{"query":${QUERY},"variables":${"[".repeat(10_000)}`),
  posts("deep nesting", `{"query":${QUERY},"variables":{"a":${"[".repeat(7000)}${"]".repeat(7000)}}}`),
  posts(
    "deep nesting of objects",
    `{"query":${QUERY},"variables":${'{"a":'.repeat(2500)}1${"}".repeat(2500)}}`,
  ),
  posts("a line break within a text", `{"query":"{ cas\n{ ticket } }"}`),
];

const encoder = new TextEncoder();
const bytes: readonly Entry[] = [
  posts("a byte order mark", `\ufeff{"query":${QUERY}}`),
  posts("two byte order marks", `\ufeff\ufeff{"query":${QUERY}}`),
  posts("UTF-16 with its mark", utf16(`\ufeff{"query":${QUERY}}`)),
  ...[[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]].map((wrong) =>
    posts(`bytes ${wrong} in a name`, nameOf(Uint8Array.from(wrong)))
  ),
  posts("bytes that are not UTF-8 in a known document", nameOf(new Uint8Array(4000).fill(0xff))),
  posts("bytes that are not UTF-8, 16 KiB of them", nameOf(new Uint8Array(16_000).fill(0xff))),
  posts("bytes that are not UTF-8, 40 KiB of them", nameOf(new Uint8Array(40_000).fill(0xff))),
  posts("NUL after the end", `{"query":${QUERY}}\u0000`),
];

const SIZES = [
  16_383,
  16_384,
  16_385,
  REQUEST_BYTES_MAX - 1,
  REQUEST_BYTES_MAX,
  REQUEST_BYTES_MAX + 1,
  200_000,
];
const sized = SIZES.flatMap((size) =>
  (["length", "chunked"] as const).flatMap((framing) => [
    posts(`${size} bytes, told by ${framing}, spaces`, padded(size, " "), { framing }),
    posts(`${size} bytes, told by ${framing}, in a name`, longName(size), { framing }),
  ])
);

const framed: readonly Entry[] = [
  posts("a small body, told by chunked", `{"query":${QUERY}}`, { framing: "chunked" }),
  posts("an empty body, told by chunked", "", { framing: "chunked" }),
  posts("no end told", `{"query":${QUERY}}`, { framing: "none" }),
  { name: "no body and no length", headers: JSON_HEADERS },
  ...["+40", "0x28", "40 ", "040", "-1", "4e1", "", "99999999999999999999", "1, 1"].map((length) =>
    posts(`content-length written "${length}"`, `{"query":"{ cas { ticket } }"}          `, {
      framing: "none",
      headers: [...JSON_HEADERS, ["content-length", length]],
    })
  ),
];

function padded(size: number, filling: string): string {
  const body = `{"query":${QUERY}}`;
  return body + filling.repeat(size - body.length);
}

function longName(size: number): string {
  const empty = JSON.stringify({ query: QUERY_DOCUMENT, variables: { name: "" } });
  return JSON.stringify({ query: QUERY_DOCUMENT, variables: { name: "x".repeat(size - empty.length) } });
}

function nameOf(name: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = JSON.stringify({ query: QUERY_DOCUMENT, variables: { name: "|" } });
  const [before = "", after = ""] = body.split("|");
  return Uint8Array.from([...encoder.encode(before), ...name, ...encoder.encode(after)]);
}

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...text].flatMap((character) => {
    const unit = character.charCodeAt(0);
    return [unit & 0xff, unit >> 8];
  }));
}

export const envelopeEntries: readonly Entry[] = [
  ...extended,
  ...odd,
  ...wrapped,
  ...bytes,
  ...sized,
  ...framed,
];
