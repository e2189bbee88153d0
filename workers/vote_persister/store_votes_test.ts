import { assertEquals, assertNotEquals } from "@std/assert";
import { storedVote } from "../../shared/testing/votes.ts";
import { requestFingerprint, textArrayLiteral } from "./store_votes.ts";

Deno.test("textArrayLiteral() quotes every text and escapes quotes and backslashes", () => {
  assertEquals(textArrayLiteral([]), "{}");
  assertEquals(textArrayLiteral(["ada"]), '{"ada"}');
  assertEquals(textArrayLiteral(["NULL", "null", "{}", "a,b", "🗳️"]), '{"NULL","null","{}","a,b","🗳️"}');
  assertEquals(textArrayLiteral(['"', "\\", '\\"']), '{"\\"","\\\\","\\\\\\""}');
});

Deno.test("requestFingerprint() compares only votes with a request id", () => {
  assertEquals(requestFingerprint(storedVote()), null);
  assertEquals(requestFingerprint(storedVote({ requestId: "r" }))?.length, 32);
});

Deno.test("requestFingerprint() is that of names, counts and voter, not of the vote's place or request id", () => {
  const vote = storedVote({ requestId: "r", names: ["ada", "bob"], counts: [1, 2] });
  const same = storedVote({ ...vote, requestId: "s", epoch: 5, version: 9, at: 3, id: storedVote().id });
  assertEquals(requestFingerprint(same), requestFingerprint(vote));
  for (
    const other of [{ names: ["bob", "ada"] }, { counts: [2, 1] }, { voter: "zoe" }, {
      names: ["ada", "eve"],
    }]
  ) {
    assertNotEquals(requestFingerprint({ ...vote, ...other }), requestFingerprint(vote));
  }
});
