/** A client that hangs up ends its own waiting, never a vote. */
import { assertEquals, assertRejects } from "@std/assert";
import { createSilentLogger } from "../shared/testing/silent_logger.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import { createGraphql } from "./graphql/yoga.ts";

const TWO_VOTES = `mutation {
  first: vote(usernames: ["Ada"], voteCount: [1], ticket: "t") { code }
  second: vote(usernames: ["Bo"], voteCount: [1], ticket: "t") { code }
}`;

Deno.test("a request whose client hung up is executed to its end", async () => {
  const log = createSilentLogger();
  const { promise: release, resolve } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const ended: string[] = [];
  const answers: Promise<Response>[] = [];
  let hungUp = false;
  const graphql = createGraphql({
    async castVote({ request }): Promise<CastVoteOutcome> {
      begun.push(request.names.join());
      await release;
      ended.push(request.names.join());
      return { kind: "accepted", totals: [1] };
    },
    reader: {
      readTotal: () => Promise.resolve({ kind: "not_ready" }),
      readOpenTicket: () => Promise.resolve({ kind: "not_ready" }),
    },
    log,
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    request.signal.addEventListener("abort", () => void (hungUp = true));
    const answer = graphql(request);
    answers.push(answer);
    return answer;
  });

  const hangUp = new AbortController();
  const request = fetch(`http://127.0.0.1:${server.addr.port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: TWO_VOTES }),
    signal: hangUp.signal,
  });
  await waitFor(() => begun.length === 1, { what: "the first vote" });
  hangUp.abort();
  await assertRejects(() => request);
  await waitFor(() => hungUp, { what: "the server to see that its client is gone" });
  resolve();
  await waitFor(() => ended.length === 2, { what: "the second vote's end" });
  assertEquals(ended, ["Ada", "Bo"]);
  assertEquals((await answers[0])?.status, 200);
  await server.shutdown();
  assertEquals(log.events, []);
});
