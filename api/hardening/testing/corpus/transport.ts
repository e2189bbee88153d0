/** What surrounds a body: types and methods that a page of another site may use, encodings, headers, and HTTP that is none. */
import {
  BROKEN,
  type Expected,
  type HostileEntry,
  JSON_HEADERS,
  PACKED,
  REQUEST,
  sends,
  TYPE,
  VOTE_BODY,
  VOTE_DOCUMENT,
  VOTE_VARIABLES,
} from "./entry.ts";

/** Sent by forms, beacons, fetch without CORS and pages opened from disk: no browser asks the server beforehand. */
const CROSS_SITE_TYPES: readonly (string | undefined)[] = [
  undefined,
  "",
  "text/plain",
  "text/plain; application/json",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=application/json",
  "multipart/form-data; boundary=application/json",
  "multipart/form-data",
  "application/jsonx",
  "application/json, text/plain",
  "text/plain, application/json",
  "application/json ; charset=utf-8",
  "APPLICATION/JSON",
  "application/JSON",
  "application/json-patch+json",
  "application/ld+json",
  "text/json",
  "text/x-json",
  "application/graphql",
  "application/graphql+json",
  "application/graphql-response+json",
  "application/octet-stream",
  "*/*",
  "application/*",
  "application/json;charset=utf-16",
  "application/json;charset=utf-7",
  "application/json; charset=iso-8859-1",
];
const ORIGIN: readonly (readonly [string, string])[] = [
  ["origin", "https://evil.test"],
  ["referer", "https://evil.test/"],
  ["cookie", "session=1"],
  ["sec-fetch-site", "cross-site"],
];
const typed = CROSS_SITE_TYPES.map((type) =>
  sends(`a vote from another site as ${type === undefined ? "no type" : `"${type}"`}`, {
    headers: [...ORIGIN, ...(type === undefined ? [] : [["content-type", type] as const])],
    body: VOTE_BODY,
    expected: TYPE,
  })
);

const FORM = new URLSearchParams({ query: VOTE_DOCUMENT, variables: JSON.stringify(VOTE_VARIABLES) })
  .toString();
const PARTS = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${VOTE_BODY}\r\n--x\r\n` +
  'content-disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n';
const forms: readonly HostileEntry[] = [
  sends("a vote as a form", {
    headers: [...ORIGIN, ["content-type", "application/x-www-form-urlencoded"]],
    body: FORM,
    expected: TYPE,
  }),
  sends("a form whose one field is JSON", {
    headers: [...ORIGIN, ["content-type", "text/plain"]],
    body: `${VOTE_BODY.slice(0, -1)},"extensions":{"a":"="}}`,
    expected: TYPE,
  }),
  sends("a vote as an upload of files", {
    headers: [...ORIGIN, ["content-type", "multipart/form-data; boundary=x"]],
    body: PARTS,
    expected: TYPE,
  }),
  sends("an upload of 10 MB", {
    headers: [...ORIGIN, ["content-type", "multipart/form-data; boundary=x"]],
    body: PARTS + "x".repeat(10_000_000),
    expected: TYPE,
  }),
  sends("a form said to be JSON", { body: FORM, expected: REQUEST }),
  sends("a document said to be JSON", { body: VOTE_DOCUMENT, expected: REQUEST }),
];

const METHOD: Expected = { status: 405 };
const METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "HEAD", "FOO"];
const methods: readonly HostileEntry[] = [
  ...METHODS.map((method) => sends(`${method} with a vote`, { method, body: VOTE_BODY, expected: METHOD })),
  sends("a browser that asks whether it may", {
    method: "OPTIONS",
    headers: [
      ["origin", "https://evil.test"],
      ["access-control-request-method", "POST"],
      ["access-control-request-headers", "content-type"],
    ],
    expected: METHOD,
  }),
  sends("POST in small letters", { method: "post", body: VOTE_BODY, expected: METHOD }),
  ...["x-http-method", "x-http-method-override", "x-method-override"].map((header) =>
    sends(`PUT said to be POST by ${header}`, {
      method: "PUT",
      headers: [...JSON_HEADERS, [header, "POST"]],
      body: VOTE_BODY,
      expected: METHOD,
    })
  ),
];

const ENCODINGS = [
  "gzip",
  "br",
  "deflate",
  "zstd",
  "compress",
  "x-gzip",
  "GZIP",
  "gzip, gzip",
  "identity, gzip",
  "nothing",
  "",
];
const encodings: readonly HostileEntry[] = ENCODINGS.flatMap((encoding) => [
  sends(`a vote said to be in ${encoding || "an encoding without a name"}`, {
    headers: [...JSON_HEADERS, ["content-encoding", encoding]],
    body: VOTE_BODY,
    expected: TYPE,
  }),
]);
const bombs: readonly HostileEntry[] = [
  ...["gzip", "br", "deflate"].map((encoding) =>
    sends(`a bomb in ${encoding}`, {
      headers: [...JSON_HEADERS, ["content-encoding", encoding]],
      body: PACKED,
      expected: TYPE,
    })
  ),
  sends("a bomb by transfer-encoding", {
    raw: "POST /graphql HTTP/1.1\r\nhost: cast.test\r\ncontent-type: application/json\r\n" +
      "transfer-encoding: gzip, chunked\r\nconnection: close\r\n\r\n4\r\n\x1f\x8b\x08\x00\r\n0\r\n\r\n",
    expected: REQUEST,
  }),
];

const UNREADABLE: Expected = { status: 406, code: "NOT_ACCEPTABLE" };
const accepts = [
  "text/html",
  "text/event-stream",
  "multipart/mixed",
  "image/*",
  "application/xml",
  "application/json;charset=utf-16",
].map(
  (accept) =>
    sends(`a vote whose answer must be ${accept}`, {
      headers: [...JSON_HEADERS, ["accept", accept]],
      body: VOTE_BODY,
      expected: UNREADABLE,
    }),
);

const ELSEWHERE: Expected = { status: 404, code: "NOT_FOUND" };
const PAGE_ONLY: Expected = { status: 405, code: "METHOD_NOT_ALLOWED" };
const pageTargets = ["/", "/?query=x", "/web/main.js"].map(
  (target) => sends(`a vote to ${target}`, { target, body: VOTE_BODY, expected: PAGE_ONLY }),
);
const targets = [
  "/web/",
  "/web/../main.ts",
  "/graphql/",
  "/GraphQL",
  "/graphql%00",
  "//graphql",
  "/graphql/../graphql/x",
  "/graphql;a",
  "/.env",
  "/metrics",
  "/livez",
  `/${"a".repeat(4000)}`,
  "http://a:b/graphql",
].map(
  (target) => sends(`a vote to ${target.slice(0, 40)}`, { target, body: VOTE_BODY, expected: ELSEWHERE }),
);

const HEAD =
  "POST /graphql HTTP/1.1\r\nhost: cast.test\r\ncontent-type: application/json\r\nconnection: close\r\n";
const LENGTH = `content-length: ${VOTE_BODY.length}\r\n`;
const NONE: Expected = { status: 0 };
const RAW: readonly (readonly [name: string, raw: string, expected: Expected])[] = [
  ["a length and chunks", `${HEAD}${LENGTH}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`, BROKEN],
  ["two lengths", `${HEAD}${LENGTH}content-length: 3\r\n\r\n${VOTE_BODY}`, BROKEN],
  ["a length below nothing", `${HEAD}content-length: -1\r\n\r\n${VOTE_BODY}`, BROKEN],
  ["a length with a sign", `${HEAD}content-length: +${VOTE_BODY.length}\r\n\r\n${VOTE_BODY}`, BROKEN],
  ["a length in hexadecimal", `${HEAD}content-length: 0x10\r\n\r\n${VOTE_BODY}`, BROKEN],
  ["a length beyond all bounds", `${HEAD}content-length: 99999999999999999999\r\n\r\n${VOTE_BODY}`, BROKEN],
  ["chunked but not last", `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, BROKEN],
  ["a transfer encoding that nobody knows", `${HEAD}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`, BROKEN],
  ["a header of 100 KB", `${HEAD}x: ${"a".repeat(100_000)}\r\n\r\n`, BROKEN],
  ["a header of 1 MB", `${HEAD}x: ${"a".repeat(1_000_000)}\r\n\r\n`, BROKEN],
  ["500 headers", `${HEAD}${Array.from({ length: 500 }, (_, i) => `x${i}: a\r\n`).join("")}\r\n`, BROKEN],
  [
    "a target of 100 KB",
    `GET /graphql?query=${"a".repeat(100_000)} HTTP/1.1\r\nhost: cast.test\r\n\r\n`,
    BROKEN,
  ],
  ["a header without a colon", `${HEAD}nothing\r\n\r\n`, BROKEN],
  ["a header with NUL", `${HEAD}x: a\0b\r\n\r\n`, BROKEN],
  ["a header with a space in its name", `${HEAD}x y: a\r\n\r\n`, BROKEN],
  ["a header over two lines", `${HEAD}x: a\r\n b\r\n\r\n`, BROKEN],
  ["a method that is none", "P\0ST /graphql HTTP/1.1\r\nhost: cast.test\r\n\r\n", BROKEN],
  ["a version that is none", "POST /graphql HTTP/9.9\r\nhost: cast.test\r\n\r\n", BROKEN],
  ["no version", "POST /graphql\r\n\r\n", BROKEN],
  ["TLS where there is none", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", BROKEN],
  ["noise", "\x01\x02\x03\x04\x05\r\n\r\n", BROKEN],
  ["a space before the target", "POST  /graphql HTTP/1.1\r\nhost: cast.test\r\n\r\n", BROKEN],
];
const raws = RAW.map(([name, raw, expected]) => sends(name, { raw, expected }));
const chunks: readonly HostileEntry[] = [
  ["a chunk whose size is none", "zz\r\n\r\n"],
  ["a chunk of a size beyond all bounds", "fffffffffffffffff\r\n"],
  ["a chunk longer than it says", "1\r\nabc\r\n0\r\n\r\n"],
  ["a chunk of a size below nothing", "-1\r\n\r\n"],
].map(([name = "", body = ""]) =>
  sends(name, { raw: `${HEAD}transfer-encoding: chunked\r\n\r\n${body}`, expected: NONE })
);

export const transportEntries: readonly HostileEntry[] = [
  ...typed,
  ...forms,
  ...methods,
  ...encodings,
  ...bombs,
  ...accepts,
  ...pageTargets,
  ...targets,
  ...raws,
  ...chunks,
];
