/** What a request says about itself: content type, accept, method, target. */
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

const CAS_BODY = JSON.stringify({ query: CAS_DOCUMENT });
const WRONG_BODY = JSON.stringify({ query: QUERY_DOCUMENT, variables: { name: 7 } });
const REFUSED_BODY = JSON.stringify({ query: QUERY_DOCUMENT, variables: { name: "not ready" } });

const CONTENT_TYPES: readonly string[] = [
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=utf-8",
  "application/json;charset=UTF-8",
  'application/json; charset="utf-8"',
  "application/json; charset=utf8",
  "application/json; charset=iso-8859-1",
  "application/json; boundary=x",
  "application/json;",
  "application/json ; charset=utf-8",
  "APPLICATION/JSON",
  "Application/Json",
  "application/jsonx",
  "application/json, text/plain",
  "application/graphql",
  "application/graphql+json",
  "application/graphql-response+json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain",
  "text/plain; application/json",
  "",
];

const ACCEPTS: readonly string[] = [
  "",
  "*/*",
  "application/*",
  "application/json",
  "application/graphql-response+json",
  "application/graphql-response+json,application/json;q=0.9",
  "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
  "multipart/mixed, application/graphql-response+json, application/graphql+json, application/json",
  "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json",
  "application/json, application/graphql-response+json",
  "application/json;q=0.1, application/graphql-response+json;q=0.9",
  "application/json;q=0, application/graphql-response+json",
  "application/json;q=0",
  "*/*;q=0.1, application/json",
  "*/*, application/graphql-response+json",
  "application/*, application/graphql-response+json",
  "application/graphql-response+json; charset=utf-8",
  "application/json; charset=iso-8859-1, application/graphql-response+json",
  "application/json; charset=iso-8859-1",
  "application/graphql-response+json; charset=utf-16, */*",
  'application/json; charset="utf-8"',
  "application/json;xcharset=latin1",
  'application/json;charset="utf-8", text/html',
  'application/graphql-response+json;charset="utf-8", application/json',
  "APPLICATION/JSON",
  "APPLICATION/GRAPHQL-RESPONSE+JSON",
  "Application/GraphQL-Response+JSON, application/json",
  "text/html",
  "text/html,application/xhtml+xml,*/*;q=0.8",
  "text/html, application/json",
  "text/event-stream",
  "text/event-stream, */*",
  "text/event-stream, application/json",
  "multipart/mixed",
  "multipart/mixed, application/json",
  "image/*, application/graphql-response+json",
  "application/graphql+json",
  "application/graphql+json, application/json",
  "nothing",
  ",",
  ", ,application/json",
  " application/json ",
  "\tapplication/graphql-response+json\t,\tapplication/json",
  "application/json,",
  "application / json",
  "application/json;charset",
  "*",
  "*/json",
];

const typed = CONTENT_TYPES.map((type) =>
  posts(`content-type "${type}"`, CAS_BODY, { headers: [["content-type", type]] })
);
const accepted = ACCEPTS.flatMap((accept) =>
  [CAS_BODY, WRONG_BODY, REFUSED_BODY, '{"query":"{ nothing }"}', "{"].map((body, index) =>
    posts(`accept "${accept}" with body ${index}`, body, { headers: [...JSON_HEADERS, ["accept", accept]] })
  )
);
const others: readonly Entry[] = [
  posts("no content-type", CAS_BODY, { headers: [] }),
  posts("content-type twice", CAS_BODY, { headers: [...JSON_HEADERS, ...JSON_HEADERS] }),
  posts("accept twice", CAS_BODY, {
    headers: [...JSON_HEADERS, ["accept", "text/html"], ["accept", "application/graphql-response+json"]],
  }),
  ...["gzip", "br, gzip", "identity"].map((encoding) =>
    posts(`accept-encoding ${encoding}`, CAS_BODY, {
      headers: [...JSON_HEADERS, ["accept-encoding", encoding]],
    })
  ),
  posts("content-encoding gzip", CAS_BODY, { headers: [...JSON_HEADERS, ["content-encoding", "gzip"]] }),
  posts("content-encoding identity", CAS_BODY, {
    headers: [...JSON_HEADERS, ["content-encoding", "identity"]],
  }),
  posts("origin of another site", CAS_BODY, { headers: [...JSON_HEADERS, ["origin", "https://else.test"]] }),
  posts("with cookies and more", CAS_BODY, {
    headers: [...JSON_HEADERS, ["cookie", "a=b"], ["x-request-id", "7"], ["if-none-match", "*"], [
      "range",
      "bytes=0-1",
    ]],
  }),
  posts("expect 100-continue", CAS_BODY, { headers: [...JSON_HEADERS, ["expect", "100-continue"]] }),
];

const AUTHORIZATIONS: readonly string[] = [
  "",
  "Bearer",
  "Bearer a.b.c",
  "bearer  a.b.c",
  "Basic dXNlcjpwYXNz",
  "Bearer a.b.c, Bearer d.e.f",
  "Bearer \u00ff.b.c",
  `Bearer ${"a".repeat(5000)}`,
];
const authorized = AUTHORIZATIONS.flatMap((authorization, index) =>
  ["accepted", "VOTER_UNAUTHORIZED with detail", "throws an error"].map((ticket) =>
    asks(`authorization ${index}, vote: ${ticket}`, {
      query: VOTE_DOCUMENT,
      variables: { ...VOTE_VARIABLES, ticket },
    }, { headers: [...JSON_HEADERS, ["authorization", authorization]] })
  )
);
const authorizedOtherwise: readonly Entry[] = [
  asks("authorization twice", { query: VOTE_DOCUMENT, variables: VOTE_VARIABLES }, {
    headers: [...JSON_HEADERS, ["authorization", "Bearer a.b.c"], ["Authorization", "Bearer d.e.f"]],
  }),
  asks("authorization of two votes in one document", {
    query: `mutation { a: vote(usernames: "a", voteCount: 1, ticket: "accepted") { code }
      b: vote(usernames: "b", voteCount: 1, ticket: "VOTER_UNAUTHORIZED") { code message } }`,
  }, { headers: [...JSON_HEADERS, ["authorization", "Bearer a.b.c"]] }),
  posts("authorization of a query", CAS_BODY, {
    headers: [...JSON_HEADERS, ["authorization", "Bearer a.b.c"]],
  }),
];

const METHODS = ["GET", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "post", "TRACE", "QUERY"];
const ENCODED = encodeURIComponent(CAS_DOCUMENT);
const methods: readonly Entry[] = METHODS.flatMap((method): Entry[] => [
  { name: `${method} without a body`, method, headers: JSON_HEADERS },
  { name: `${method} with a query in the URL`, method, target: `/graphql?query=${ENCODED}` },
  posts(`${method} with a body`, CAS_BODY, { method }),
]);
const VOTE_PARAMETERS = `query=${encodeURIComponent(VOTE_DOCUMENT)}&variables=${
  encodeURIComponent(JSON.stringify(VOTE_VARIABLES))
}`;
const gets: readonly Entry[] = [
  ...["*/*", "application/graphql-response+json", "text/html"].map((accept): Entry => ({
    name: `GET of a query, accept ${accept}`,
    method: "GET",
    target: `/graphql?query=${ENCODED}`,
    headers: [["accept", accept]],
  })),
  { name: "GET of a mutation", method: "GET", target: `/graphql?${VOTE_PARAMETERS}` },
  {
    name: "GET with variables that are not JSON",
    method: "GET",
    target: `/graphql?query=${ENCODED}&variables={`,
  },
];

const TARGETS = [
  "/graphql?x=1",
  "/graphql?",
  `/graphql?query=${encodeURIComponent("{ nothing }")}`,
  `/graphql?${VOTE_PARAMETERS}`,
  "/graphql#x",
  "/graphql/",
  "/graphql/x",
  "/graphql//",
  "//graphql",
  "/./graphql",
  "/x/../graphql",
  "/%67raphql",
  "/graphql%20",
  "/graphql;x=1",
  "/graphql\\",
  "/GRAPHQL",
  "/GraphQL",
  "/graphqlx",
  "/",
  "",
  "*",
  "http://cast.test/graphql",
  "http://else.test:81/graphql",
  "http://user:secret@cast.test/graphql",
  "http://cast.test/graphql?x",
  "https://cast.test/graphql",
  "http://cast.test//graphql",
  "cast.test/graphql",
];
const targets = TARGETS.map((target) => posts(`target "${target}"`, CAS_BODY, { target }));

export const headerEntries: readonly Entry[] = [
  ...typed,
  ...accepted,
  ...others,
  ...authorized,
  ...authorizedOtherwise,
  ...methods,
  ...gets,
  ...targets,
];
