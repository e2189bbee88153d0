import { assertEquals } from "@std/assert";
import { contentRefusal } from "./content_rules.ts";

const URL_TEXT = "http://cast.test/graphql";

function statusOf(init: RequestInit): number | undefined {
  return contentRefusal(new Request(URL_TEXT, init))?.status;
}

function postOf(contentType: string): RequestInit {
  return { method: "POST", headers: { "content-type": contentType }, body: "{}" };
}

Deno.test("contentRefusal() lets JSON pass", () => {
  for (
    const type of [
      "application/json",
      "application/json; charset=utf-8",
      'application/json;charset="UTF-8"',
    ]
  ) assertEquals(statusOf(postOf(type)), undefined, type);
});

Deno.test("contentRefusal() refuses what a page of another site can send without asking", () => {
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

Deno.test("contentRefusal() refuses JSON in another encoding than UTF-8", () => {
  assertEquals(statusOf(postOf("application/json; charset=utf-16")), 415);
});

Deno.test("contentRefusal() asks nothing of a GET's content type", () => {
  assertEquals(statusOf({ method: "GET" }), undefined);
});

Deno.test("contentRefusal() refuses a client that could not read the answer", () => {
  const accepting = (accept: string) => statusOf({ headers: { accept } });
  for (
    const accept of ["text/plain", "text/event-stream", "multipart/mixed", "application/json;charset=utf-16"]
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
