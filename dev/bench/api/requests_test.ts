import { assert, assertEquals } from "@std/assert";
import { FRESH_ID, voteVariables, wrkScript } from "./requests.ts";

Deno.test("voteVariables() names two different candidates in each vote", () => {
  for (const variables of voteVariables({ ticket: "t", withId: false })) {
    const { usernames } = variables as { usernames: string[] };
    assertEquals(new Set(usernames).size, 2);
  }
});

Deno.test("wrkScript() keeps the declared length when it puts in a request id", () => {
  const script = wrkScript("/graphql", {
    bodies: [JSON.stringify({ requestId: FRESH_ID })],
    run: "12345678",
  });
  const run = /run = 1, 0, "(.*)"/.exec(script)?.[1] ?? "";
  assertEquals(run.length + 12, FRESH_ID.length);
  assert(run.startsWith("12345678"));
  assert(!script.includes(FRESH_ID));
});
