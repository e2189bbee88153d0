import { assertEquals } from "@std/assert";
import { judgeContent } from "./content_rules.ts";

const URL_TEXT = "http://cast.test/graphql";

function statusOf(init: RequestInit): number | undefined {
  const judged = judgeContent(new Request(URL_TEXT, init));
  return judged instanceof Response ? judged.status : undefined;
}

function postOf(contentType: string): RequestInit {
  return { method: "POST", headers: { "content-type": contentType }, body: "{}" };
}

Deno.test("judgeContent() names the type to answer in: the first that the client lists", () => {
  const typeFor = (accept?: string) =>
    judgeContent(new Request(URL_TEXT, accept === undefined ? {} : { headers: { accept } }));
  for (const accept of [undefined, "*/*", "application/*", "text/html, application/json, */*;q=0.8"]) {
    assertEquals(typeFor(accept), "application/json", accept);
  }
  for (
    const accept of [
      "application/graphql-response+json",
      "application/graphql-response+json,application/json;q=0.9",
      "application/graphql-response+json, application/graphql+json, application/json, text/event-stream",
      "application/json;charset=utf-16, Application/GraphQL-Response+JSON; charset=utf-8",
    ]
  ) assertEquals(typeFor(accept), "application/graphql-response+json", accept);
});

Deno.test("judgeContent() finds a stream wanted by who lists it before any answer, and by nobody else", () => {
  const typeFor = (accept: string) => judgeContent(new Request(URL_TEXT, { headers: { accept } }));
  for (
    const accept of [
      "text/event-stream",
      "text/event-stream, application/json",
      "Text/Event-Stream; q=0.1, */*",
    ]
  ) {
    assertEquals(typeFor(accept), "text/event-stream", accept);
  }
  for (const accept of ["application/json, text/event-stream", "*/*, text/event-stream"]) {
    assertEquals(typeFor(accept), "application/json", accept);
  }
});

Deno.test("judgeContent() turns away a charset that graphql-yoga would, before a vote is counted", () => {
  for (const parameter of ['charset="utf-8"', "xcharset=latin1", "charset=utf-16"]) {
    assertEquals(statusOf({ headers: { accept: `application/json; ${parameter}` } }), 406, parameter);
  }
});

Deno.test("judgeContent() lets JSON pass", () => {
  for (
    const type of [
      "application/json",
      "application/json; charset=utf-8",
      'application/json;charset="UTF-8"',
    ]
  ) assertEquals(statusOf(postOf(type)), undefined, type);
});

Deno.test("judgeContent() refuses what a page of another site can send without asking", () => {
  for (
    const type of [
      "text/plain",
      "text/plain;charset=UTF-8",
      "text/plain; application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=application/json",
      "application/jsonp",
      "application/json, text/plain",
      "",
    ]
  ) assertEquals(statusOf(postOf(type)), 415, type);
  assertEquals(statusOf({ method: "POST", body: new Uint8Array([123, 125]) }), 415);
});

Deno.test("judgeContent() refuses JSON in another encoding than UTF-8", () => {
  assertEquals(statusOf(postOf("application/json; charset=utf-16")), 415);
});

Deno.test("judgeContent() refuses a body that is compressed, and tells what it takes", () => {
  const encoded = (encoding: string) => ({
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": encoding },
  });
  for (const encoding of ["gzip", "br", "deflate", "GZIP", "identity, gzip", "gzip, identity", ""]) {
    assertEquals(statusOf(encoded(encoding)), 415, encoding);
  }
  assertEquals(statusOf(encoded("identity")), undefined);
});

Deno.test("judgeContent() asks nothing of a GET's content type", () => {
  assertEquals(statusOf({ method: "GET" }), undefined);
});

Deno.test("judgeContent() refuses a client that could not read the answer", () => {
  const accepting = (accept: string) => statusOf({ headers: { accept } });
  for (
    const accept of ["text/plain", "text/*", "multipart/mixed", "application/json;charset=utf-16"]
  ) {
    assertEquals(accepting(accept), 406, accept);
  }
  for (
    const accept of [
      "*/*",
      "application/*",
      "application/graphql-response+json, application/json;q=0.9",
      "text/html, */*;q=0.1",
      "application/json; charset=utf-8",
    ]
  ) assertEquals(accepting(accept), undefined, accept);
});
